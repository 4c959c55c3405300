import { expect, it } from 'vitest';
import { coveredText, deploymentsIn, entryLines } from '../support/config-lines.js';

const DEPLOY_PY = `import subprocess
API_URL = "https://api.shop.test"

class Deployer:
    def __init__(self, project):
        self.services = [
            ServiceConfig(
                name="api",
                directory="shop_api",
                dockerfile="docker/api.small.Dockerfile" if small else "docker/api.Dockerfile",
                environment_vars={
                    "ENVIRONMENT": "staging",
                    "PROJECT": self.project,
                    "API_URL": API_URL,
                    "CALLBACK": f"{API_URL}/callback",
                },
            ),
        ]

    def deploy(self, service):
        cmd = [self.gcloud, "run", "deploy", service.cloud_name, "--image", image]
        if service.name == "web":
            web_vars = [
                f"PUBLIC_API_URL={API_URL}",
                "PUBLIC_ENVIRONMENT=staging",
            ]
            cmd.extend(["--update-env-vars", ",".join(web_vars)])
        elif service.name in ["api", "worker"]:
            id_mappings = {
                "DB_PASSWORD": "db-password-staging",
                "JWT_SECRET": "jwt-secret-staging",
            }
        subprocess.run(["gcloud", "run", "deploy", "mail", "--set-env-vars", "PORT=80,LOG=info", f"--set-secrets=KEY={key}:latest"])
`;

it('reads the services of a Python deploy script with their variables', async () => {
  expect(await deploymentsIn('deploy.py', DEPLOY_PY)).toEqual([
    { name: 'api', line: 7, context: 'shop_api', dockerfile: 'docker/api.small.Dockerfile', environment: 'staging' },
    { name: 'mail', line: 33 },
  ]);
  expect(await entryLines('deploy.py', DEPLOY_PY)).toEqual([
    '12 sets ENVIRONMENT=staging @api /staging', '13 sets PROJECT @api /staging', '14 sets API_URL=https://api.shop.test @api /staging',
    '15 sets CALLBACK=https://api.shop.test/callback @api /staging',
    '24 sets PUBLIC_API_URL=https://api.shop.test @web /staging', '25 sets PUBLIC_ENVIRONMENT=staging @web /staging',
    '30 maps-secret DB_PASSWORD <-db-password-staging @api /staging', '31 maps-secret JWT_SECRET <-jwt-secret-staging @api /staging',
    '30 maps-secret DB_PASSWORD <-db-password-staging @worker /staging', '31 maps-secret JWT_SECRET <-jwt-secret-staging @worker /staging',
    '33 sets PORT=80 @mail', '33 sets LOG=info @mail', '33 maps-secret KEY @mail',
  ]);
  expect(await coveredText('deploy.py', DEPLOY_PY, 'LOG')).toEqual(['LOG=info']);
});

it('reads tables of secrets per service, their ids, and what a service demands', async () => {
  expect(await entryLines('secrets.py', `"""For gcloud run deploy --set-secrets"""
class SecretConfig:
    SERVICE_SECRETS: Dict[str, Dict[str, List[str]]] = {
        "api": {
            "database": ["DB_HOST", "DB_PASSWORD"],  # both
        },
        "web": {},
    }
    SECRET_MAPPINGS = {"DB_HOST": "db-host-prod", "DB_PASSWORD": "db-password-prod"}
    CRITICAL_SECRETS = {"api": ["DB_PASSWORD"]}
`)).toEqual([
    '5 maps-secret DB_HOST @api', '5 maps-secret DB_PASSWORD @api',
    '9 maps-secret DB_HOST <-db-host-prod /production', '9 maps-secret DB_PASSWORD <-db-password-prod /production',
    '10 reads DB_PASSWORD @api required',
  ]);
});

it('reads a command in one string, and takes text for people as text', async () => {
  expect(await entryLines('fix.py', `"""Usage: gcloud run deploy api --set-env-vars A_B=1"""
print("gcloud run deploy api --set-env-vars C_D=1")
command = """gcloud run services update api \\\\
  --update-env-vars MODE=fast"""
flags.append("--set-env-vars=LEVEL=info")
assert "--set-env-vars=E_F=1" in flags
`)).toEqual(['4 sets MODE=fast @api', '5 sets LEVEL=info']);
});

it('leaves code that deploys nothing alone', async () => {
  expect(await entryLines('worker.py', 'environment = {"PATH": "/bin", "HOME": "/root"}\nrun(["sort"], env=environment)\n')).toEqual([]);
  expect(await entryLines('worker.ts', "const environment = { PATH: '/bin' };\nrun(['sort'], { env: environment });\n")).toEqual([]);
});

it('reads deploy scripts and stacks in TypeScript', async () => {
  const text = `import * as lambda from 'aws-cdk-lib/aws-lambda';
const region = 'eu';
new lambda.Function(this, 'Checkout', { environment: { STAGE: 'prod', TABLE: table.name, URL: \`https://\${region}.shop.test\` } });
task.addContainer('web', { environment: { PORT: '80' }, secrets: { DB_PASSWORD: fromSecretsManager(secret) } });
execFileSync('gcloud', ['run', 'deploy', 'api', '--set-env-vars', 'PORT=80,LOG=info', \`--set-secrets=KEY=\${id}:latest\`]);
await run(\`gcloud run deploy mail --set-env-vars MODE=fast --image \${image}\`);
console.log('gcloud run deploy api --set-env-vars SHOWN=1');
`;
  expect(await entryLines('deploy.ts', text)).toEqual([
    '3 sets STAGE=prod @Checkout /production', '3 sets TABLE @Checkout /production', '3 sets URL=https://eu.shop.test @Checkout /production',
    '4 sets PORT=80 @web', '4 maps-secret DB_PASSWORD @web',
    '5 sets PORT=80 @api', '5 sets LOG=info @api', '5 maps-secret KEY @api',
    '6 sets MODE=fast @mail',
  ]);
  expect((await deploymentsIn('deploy.ts', text)).map(({ name, line }) => [name, line])).toEqual([['Checkout', 3], ['web', 4], ['api', 5], ['mail', 6]]);
  expect(await coveredText('deploy.ts', text, 'MODE')).toEqual(['MODE=fast']);
});
