import { describe, expect, it } from 'vitest';
import { factsIn } from '../../support/facts-in.js';

const reads = async (text: string) => (await factsIn('env-read', 'shop.py', text)).map((read) => [
  `${read.span[0]}: ${read.name}${read.prefix ? '*' : ''}`, read.via,
  read.defaultForm === 'literal' ? read.default : read.defaultForm,
  ...(read.required ? ['required'] : []), ...(read.parsedAs ? [`${read.parsedAs}${read.truths ? `(${read.truths.join('|')})` : ''}`] : []),
  ...(read.feeds ? [`-> ${read.feeds}`] : []), ...(read.environmentBranch ? [`in ${read.environmentBranch}`] : []),
].join(' '));

describe('environment reads in Python', () => {
  it('reads the process environment in its spellings', async () => {
    expect(await reads(`
import os
from os import environ, getenv
host = os.environ["SHOP_HOST"]
port = int(os.environ.get("SHOP_PORT", "8080"))
name = getenv("SHOP_NAME")
debug = environ.get("SHOP_DEBUG", "").lower() in ("1", "true")
if "SHOP_TRACE" in os.environ: pass
env = os.environ
tax = float(env.get("SHOP_TAX") or 0.19)
os.environ["WRITTEN"] = "1"
del os.environ["DELETED"]
monkeypatch.setenv("PATCHED", "1")
`)).toEqual([
      '4: SHOP_HOST direct none required -> host', '5: SHOP_PORT direct "8080" int -> port', '6: SHOP_NAME direct none -> name',
      '7: SHOP_DEBUG direct "" bool(1|true) -> debug', '8: SHOP_TRACE direct none', '10: SHOP_TAX direct 0.19 float -> tax',
    ]);
  });

  it('knows accessors by their names, and plain lookups apart from them', async () => {
    expect(await reads(`
host = get_env().get("REDIS_HOST", "localhost")
self.port = self._env.get("REDIS_PORT")
client = Redis(host=get_env_var("REDIS_URL", default="redis://localhost"), retries=env.int("REDIS_RETRIES", 3))
token = require_env("SHOP_TOKEN", "no token")
flag = settings.get("SHOP_FLAG", False)
prices.get("VAT")
settings.get("theme")
env.get_variable_source("REDIS_HOST")
env.set("REDIS_HOST", "x")
`)).toEqual([
      '2: REDIS_HOST accessor "localhost" -> host', '3: REDIS_PORT accessor none -> port',
      '4: REDIS_URL accessor "redis://localhost" -> host', '4: REDIS_RETRIES accessor 3 int -> retries',
      '5: SHOP_TOKEN accessor none required -> token', '6: SHOP_FLAG accessor false -> flag',
    ]);
  });

  it('knows readers that raise without a value', async () => {
    expect(await reads(`
import environ
from decouple import config
env = environ.Env()
key = env("STRIPE_KEY")
name = env("SHOP_NAME", default="Corner shop")
port = env.int("SHOP_PORT")
mail = config("MAIL_HOST")
`)).toEqual([
      '5: STRIPE_KEY accessor none required -> key', '6: SHOP_NAME accessor "Corner shop" -> name', '7: SHOP_PORT accessor none required int -> port',
      '8: MAIL_HOST accessor none required -> mail',
    ]);
  });

  it('resolves constants of the file, computed beginnings and loops over names', async () => {
    expect(await reads(`
DEFAULT_HOST = "db"
class Keys:
    HOST = "SHOP_DB_HOST"
def load(env_name):
    a = os.getenv(Keys.HOST, DEFAULT_HOST)
    b = os.getenv(f"SHOP_SECRET_{env_name}")
    for key in ["SHOP_A", "SHOP_B"]:
        os.getenv(key)
    c = os.getenv(name)
`)).toEqual([
      '6: SHOP_DB_HOST direct "db" -> a', '7: SHOP_SECRET_* direct none -> b', '8: SHOP_A direct none', '8: SHOP_B direct none',
    ]);
  });

  it('says for which environment a read is made', async () => {
    expect(await reads(`
def load(env):
    if env == "prod":
        a = os.getenv("A1A1A", "1")
    elif self.environment in ("staging", "test"):
        a = os.getenv("A1A1A", "2")
    else:
        a = os.getenv("A1A1A", "3")
    if is_production():
        return
    b = os.getenv("LATER", "4")
    c = os.getenv("CHOSEN", "db" if env == "development" else "localhost")
    d = {"staging": {"url": os.getenv("KEYED")}}
class StagingSettings:
    e = os.getenv("NAMED")
    f = os.getenv("ENVIRONMENT", "dev")
`)).toEqual([
      '4: A1A1A direct "1" -> a in production', '6: A1A1A direct "2" -> a in staging|test', '8: A1A1A direct "3" -> a in !production|staging|test',
      '11: LATER direct "4" -> b in !production', '12: CHOSEN direct "db" -> c in development', '12: CHOSEN direct "localhost" -> c in !development',
      '13: KEYED direct none -> url in staging', '15: NAMED direct none -> e in staging', '16: ENVIRONMENT direct "dev" -> f',
    ]);
  });

  it('tells a demanded variable from one with a way out', async () => {
    expect(await reads(`
key = os.getenv("STRIPE_KEY")
if not key:
    raise ValueError("no key")
user = os.getenv("DB_USER") or os.getenv("DB_USERNAME")
if not user:
    raise ValueError("no user")
if os.getenv("SHOP_ID") is None: sys.exit(1)
try:
    region = os.environ["REGION"]
except KeyError:
    region = "eu"
`)).toEqual([
      '2: STRIPE_KEY direct none required -> key', '5: DB_USER direct expression -> user', '5: DB_USERNAME direct none -> user',
      '8: SHOP_ID direct none required', '10: REGION direct none -> region',
    ]);
  });

  it('reads lists of required variables, settings classes and rules', async () => {
    expect(await reads(`
CRITICAL_VARIABLES = ["STRIPE_KEY", "DB_URL"]
REQUIRED_VARS = {"production": ["DB_HOST"], "note": "x"}
REQUIRED_FIELDS = ["ID", "NAME"]
missing_required_vars = ["GONE"]
class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SHOP_")
    port: int = 8080
    host: str
    proxy: Optional[str]
    key: str = Field(..., validation_alias="STRIPE_KEY")
rules = [Rule(env_var="MAIL_HOST", requirement=Need.REQUIRED, environments={Env.STAGING})]
`)).toEqual([
      '2: STRIPE_KEY declared none required', '2: DB_URL declared none required', '3: DB_HOST declared none required in production',
      '8: SHOP_PORT declared 8080 int -> port', '9: SHOP_HOST declared none required -> host', '10: SHOP_PROXY declared none -> proxy',
      '11: STRIPE_KEY declared none required -> key', '12: MAIL_HOST declared none required in staging',
    ]);
  });
});
