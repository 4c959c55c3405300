import { describe, expect, it } from 'vitest';
import { reporters, type Format } from '../../src/reporters/index.js';
import { scan } from '../../src/scan.js';
import { factsAt } from '../../src/explain.js';
import { maskSecrets } from '../../src/facts/mask-secrets.js';
import { temporaryTree } from '../support/temporary-tree.js';

const SECRETS = ['hunter2pass', 'otherpass99', 'summer2026', 'winter2027', 'abcdefgh12345', 'zyxwvut98765', 'tok-blue-house', 'tok-red-roof', 'mailpass-one', 'mailpass-two', 'salted-caramel', 'salted-butter'];
const settings = (odd: 0 | 1): string => [
  'import os', `A = os.environ.get("STRIPE_SECRET_KEY", "${SECRETS[4 + odd]}")`, `B = os.environ.get("ADMIN_PASSWORD", "${SECRETS[2 + odd]}")`,
  `C = os.environ.get("DATABASE_URL", "postgres://shop:${SECRETS[odd]}@db.shop.example/shop")`, `D = os.environ.get("API_TOKEN", "${SECRETS[6 + odd]}")`,
  `E = os.environ.get("SMTP_PASS", "${SECRETS[8 + odd]}")`, `F = os.environ.get("CART_LIMIT", "${odd + 4}0")`, `SESSION_SALT = "${SECRETS[10 + odd]}"`, '',
].join('\n');
const dotenv = (odd: 0 | 1): string => `STRIPE_SECRET_KEY=${SECRETS[4 + odd]}\nADMIN_PASSWORD='${SECRETS[2 + odd]}'\nDATABASE_URL=postgres://shop:${SECRETS[odd]}@db.shop.example/shop\nexport API_TOKEN="${SECRETS[6 + odd]}"\n`;
const shop = {
  'api/settings.py': settings(0), 'api/worker.py': settings(1), 'api/.env.staging': dotenv(0) + dotenv(1), 'api/Dockerfile': 'FROM python:3\nCOPY . .\nCMD ["python", "settings.py"]\n',
};

describe('secrets', () => {
  it('are in no report of a scan, and in no explanation', async () => {
    const root = temporaryTree(shop);
    const result = await scan({ root, cacheDir: false, threads: 1 });
    const concepts = new Set(result.findings.map(({ concept }) => concept));
    for (const name of ['STRIPE_SECRET_KEY', 'ADMIN_PASSWORD', 'DATABASE_URL', 'API_TOKEN', 'SMTP_PASS', 'SESSION_SALT']) expect(concepts).toContain(name);
    const texts = (Object.keys(reporters) as Format[]).map((format) => reporters[format](result, { max: Infinity, failOn: 'info' }));
    texts.push(JSON.stringify(await factsAt(root, result.findings.flatMap((finding) => [finding, ...finding.related]))));
    for (const secret of SECRETS) expect(texts.map((text) => text.includes(secret)), secret).not.toContain(true);
    expect(result.findings.find(({ concept }) => concept === 'CART_LIMIT')!.message).toContain('"40" (1 place) and "50" (1 place)');
    expect(texts.join('')).toContain('postgres://[redacted:url-credentials]@db.shop.example/shop');
  });

  it('are known by their form or by the name that they belong to', () => {
    expect(maskSecrets('falls back to "summer2026" and "pw"', 'ADMIN_PASSWORD')).toBe('falls back to "su…" (10 characters) and "…" (2 characters)');
    expect(maskSecrets('"su…" (10 characters) and "winter2027"', 'ADMIN_PASSWORD')).toBe('"su…" (10 characters) and "wi…" (10 characters)');
    expect(maskSecrets('MAIL_FROM falls back to "news@shop.example"', 'MAIL_FROM')).toBe('MAIL_FROM falls back to "news@shop.example"');
    expect(maskSecrets(`read from "${['ghp', 'abcdefghijklmnopqrst0123456789ABCDEF'].join('_')}"`, 'BUILD')).toBe('read from "[redacted:github-token]"');
  });
});
