/** Put together at run time, so that no scanner of secrets takes this file for a leak. */
const glue = (...parts: string[]): string => parts.join('');
const R = 'Zq3xV7nLp0Rt8sKd2WmYb5HcJf9GuEaT4oXi';
const HEX = '9f86d081884c7d659a2feaa0c55ad015';

/** A text that holds a secret, and the part that must not be seen. */
export const SECRETS: Readonly<Record<string, { text: string; secret: string }>> = {
  'GitHub token': own(glue('ghp', '_', R)),
  'GitHub fine-grained token': own(glue('github', '_pat_', R)),
  'GitLab token': own(glue('glpat', '-', R.slice(0, 20))),
  'AWS key id': own(glue('AK', 'IA', 'IOSFODNN7EXAMPLQ')),
  'AWS secret key': { text: `aws_secret_access_key = ${R}+/9a`, secret: `${R}+/9a` },
  'Google key': own(glue('AI', 'za', R.slice(0, 35))),
  'Google OAuth token': own(glue('ya', '29.', R)),
  'Slack token': own(glue('xo', 'xb-', '123456789012-', R.slice(0, 24))),
  'Slack webhook': { text: glue('https://hooks.slack.com', '/services/', `T0001/B0001/${R.slice(0, 24)}`), secret: R.slice(0, 24) },
  'Stripe key': own(glue('sk', '_live_', R.slice(0, 24))),
  'OpenAI key': own(glue('sk', '-proj-', R)),
  'Anthropic key': own(glue('sk', '-ant-', 'api03-', R)),
  'npm token': own(glue('npm', '_', R)),
  'PyPI token': own(glue('pypi', '-AgEIcHlwaS5vcmc', R)),
  'SendGrid key': own(glue('SG', '.', R.slice(0, 22), '.', R)),
  'Mailgun key': own(glue('key', '-', HEX)),
  'Twilio key': own(glue('SK', HEX)),
  'Hugging Face token': own(glue('hf', '_', R.slice(0, 34))),
  'Databricks token': own(glue('dapi', HEX)),
  'DigitalOcean token': own(glue('dop', '_v1_', HEX, HEX)),
  'Telegram bot token': own(glue('123456789', ':AA', R.slice(0, 33))),
  'Vault token': own(glue('hvs', '.', R)),
  JWT: own(glue('ey', 'JhbGciOiJIUzI1NiJ9', '.', 'eyJzdWIiOiI0MiJ9', '.', R)),
  'private key': own(glue('-----BEGIN RSA PRIV', 'ATE KEY-----\n', R, '\n', R, '\n-----END RSA PRIV', 'ATE KEY-----')),
  'private key, cut off': own(glue('-----BEGIN PRIV', 'ATE KEY-----\n', R)),
  'database address': { text: 'connect postgres://shop:c0rrect-horse@db.shop.example:5432/orders failed', secret: 'c0rrect-horse' },
  'database address, unescaped password': { text: 'postgresql+asyncpg://shop:p@ss/w0rd@db/orders', secret: 'p@ss/w0rd' },
  'redis address': { text: 'redis://:hunter2@cache:6379/0', secret: 'hunter2' },
  'proxy address': { text: 'https://deploy:s3same@registry.shop.example/', secret: 's3same' },
  'Azure storage': { text: `DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=${R}==;`, secret: R },
  'ADO connection string': { text: 'Server=db;User Id=sa;Password=Winter2026!;Encrypt=true', secret: 'Winter2026!' },
  'bearer header': { text: `curl -H "Authorization: Bearer ${R}" https://shop.example`, secret: R },
  'basic header': { text: 'authorization: Basic c2hvcDpzZWNyZXQxMjM=', secret: 'c2hvcDpzZWNyZXQxMjM=' },
  cookie: { text: 'Cookie: sid=38afes7a8; theme=dark', secret: '38afes7a8' },
  'JSON field': { text: '{"user":"ann","client_secret": "tulip-7-garden","n":1}', secret: 'tulip-7-garden' },
  'environment variable': { text: 'JWT_SECRET_KEY=tulips expected', secret: 'tulips' },
  'query parameter': { text: 'GET /orders?access_token=abc123def456&page=2', secret: 'abc123def456' },
  'command line': { text: 'shopctl --password Winter2026 deploy', secret: 'Winter2026' },
  'a password that begins like a word': { text: 'password=any-thing-goes', secret: 'any-thing-goes' },
  'a password with a dollar': { text: 'PASSWORD=$ecret1', secret: '$ecret1' },
  'a default told in words': { text: '`SESSION_SECRET` falls back to "let-me-in"', secret: 'let-me-in' },
  'e-mail': { text: 'order of ann.o-hara+shop@mail.example.co.uk not found', secret: 'ann.o-hara+shop@mail.example.co.uk' },
  'random text': { text: `x-shop-key ${R}`, secret: R },
};

function own(text: string): { text: string; secret: string } {
  return { text, secret: text };
}

