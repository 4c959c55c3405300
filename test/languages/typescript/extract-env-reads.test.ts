import { describe, expect, it } from 'vitest';
import { factsIn } from '../../support/facts-in.js';

const reads = async (text: string) => (await factsIn('env-read', 'shop.ts', text)).map((read) => [
  `${read.span[0]}: ${read.name}${read.prefix ? '*' : ''}`, read.via,
  read.defaultForm === 'literal' ? read.default : read.defaultForm,
  ...(read.required ? ['required'] : []), ...(read.parsedAs ? [`${read.parsedAs}${read.truths ? `(${read.truths.join('|')})` : ''}`] : []),
  ...(read.feeds ? [`-> ${read.feeds}`] : []), ...(read.environmentBranch ? [`in ${read.environmentBranch}`] : []),
].join(' '));

describe('environment reads in TypeScript', () => {
  it('reads the process environment in its spellings', async () => {
    expect(await reads(`
const host = process.env.SHOP_HOST ?? 'localhost';
const port = Number(process.env['SHOP_PORT'] || 8080);
const { SHOP_NAME, SHOP_THEME = 'light', SHOP_TAX: tax } = process.env;
const url = import.meta.env.VITE_URL;
const key = Deno.env.get("SHOP_KEY");
const debug = process.env.SHOP_DEBUG === 'true';
const mode = process.env.SHOP_MODE ? process.env.SHOP_MODE : 'fast';
const secret = process.env.SHOP_SECRET!;
process.env.WRITTEN = '1';
delete process.env.DELETED;
`)).toEqual([
      '2: SHOP_HOST direct "localhost" -> host', '3: SHOP_PORT direct 8080 int -> port',
      '4: SHOP_NAME direct none -> SHOP_NAME', '4: SHOP_THEME direct "light" -> SHOP_THEME', '4: SHOP_TAX direct none -> tax',
      '5: VITE_URL direct none -> url', '6: SHOP_KEY direct none -> key', '7: SHOP_DEBUG direct none bool(true) -> debug',
      '8: SHOP_MODE direct none', '8: SHOP_MODE direct "fast" -> mode', '9: SHOP_SECRET direct none required -> secret',
    ]);
  });

  it('knows accessors by their names, and enums apart from them', async () => {
    expect(await reads(`
import { env } from './env';
const a = env.REDIS_HOST;
const b = getEnv('REDIS_PORT', '6379');
const c = requireEnv('SHOP_TOKEN', 'needed');
const d = this.configService.get<string>('SHOP_URL', DEFAULT_URL);
const e = new Client({ timeout: env('SHOP_TIMEOUT', { default: 30 }) });
const DEFAULT_URL = 'http://shop';
Environment.PRODUCTION; prices.get('VAT'); config.get('shop.theme'); Currency.EUR;
`)).toEqual([
      '3: REDIS_HOST accessor none -> a', '4: REDIS_PORT accessor "6379" -> b', '5: SHOP_TOKEN accessor none required -> c',
      '6: SHOP_URL accessor "http://shop" -> d', '7: SHOP_TIMEOUT accessor 30 -> timeout',
    ]);
  });

  it('says for which environment a read is made', async () => {
    expect(await reads(`
function load(environment) {
  switch (environment) {
    case 'production': return process.env.A1A1A || '1';
    case 'staging':
    case 'test': return process.env.A1A1A || '2';
    case 'development':
    default: return process.env.A1A1A || '3';
  }
}
const b = process.env.BBB ?? (isProduction ? 'x' : 'y');
const c = process.env.NODE_ENV === 'production' ? process.env.CCC : 'none';
if (env.isDevelopment()) { run(process.env.DDD); }
`)).toEqual([
      '4: A1A1A direct "1" in production', '6: A1A1A direct "2" in staging|test', '8: A1A1A direct "3" in !production|staging|test',
      '11: BBB direct "x" -> b in production', '11: BBB direct "y" -> b in !production',
      '12: NODE_ENV direct none', '12: CCC direct none -> c in production', '13: DDD direct none in development',
    ]);
  });

  it('reads schemas of the environment and lists of required variables', async () => {
    expect(await reads(`
import { z } from 'zod';
import { str, port } from 'envalid';
const schema = z.object({ SHOP_PORT: z.coerce.number().default(8080), SHOP_KEY: z.string().min(1), SHOP_PROXY: z.string().optional() });
const checked = cleanEnv(process.env, { MAIL_PORT: port(), MAIL_HOST: str({ default: 'mail' }), ...(s3 && { S3_BUCKET: str() }) });
const item = z.object({ id: z.string(), SKU: z.string() });
const requiredEnvVars = ['STRIPE_KEY', 'DB_URL'];
`)).toEqual([
      '4: SHOP_PORT declared 8080 int -> SHOP_PORT', '4: SHOP_KEY declared none required -> SHOP_KEY', '4: SHOP_PROXY declared none -> SHOP_PROXY',
      '5: MAIL_PORT declared none required int -> MAIL_PORT', '5: MAIL_HOST declared "mail" -> MAIL_HOST', '5: S3_BUCKET declared none -> S3_BUCKET',
      '7: STRIPE_KEY declared none required', '7: DB_URL declared none required',
    ]);
  });

  it('tells a demanded variable from one with a way out', async () => {
    expect(await reads(`
const key = process.env.STRIPE_KEY;
if (!key) throw new Error('no key');
if (!process.env.SHOP_ID) { process.exit(1); }
invariant(process.env.SHOP_URL, 'no url');
const user = process.env.DB_USER ?? process.env.DB_USERNAME;
if (!user) throw new Error('no user');
`)).toEqual([
      '2: STRIPE_KEY direct none required -> key', '4: SHOP_ID direct none required', '5: SHOP_URL direct none required',
      '6: DB_USER direct expression -> user', '6: DB_USERNAME direct none -> user',
    ]);
  });
});
