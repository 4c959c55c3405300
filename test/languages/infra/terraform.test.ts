import { expect, it } from 'vitest';
import { coveredText, deploymentsIn, entryLines, problemsIn } from '../../support/config-lines.js';

it('reads the variables that a Cloud Run service is given, in blocks, loops and secrets', async () => {
  const text = `locals {
  region = "eu"
  extra  = { LOG_LEVEL = "info", REGION = local.region }
}
resource "google_cloud_run_v2_service" "api" {
  name = "shop-api"
  template {
    containers {
      image = "gcr.io/shop/api:1"
      env {
        name  = "ENVIRONMENT"
        value = "staging"
      }
      env {
        name  = "API_URL"
        value = "https://\${var.domain}/api"
      }
      env {
        name = "DB_PASSWORD"
        value_source {
          secret_key_ref {
            secret  = google_secret_manager_secret.db.secret_id
            version = "latest"
          }
        }
      }
      dynamic "env" {
        for_each = local.extra
        content {
          name  = env.key
          value = env.value
        }
      }
    }
  }
}
`;
  expect(await entryLines('main.tf', text)).toEqual([
    '10 sets ENVIRONMENT=staging @shop-api /staging', '14 sets API_URL <-var.domain @shop-api /staging',
    '18 maps-secret DB_PASSWORD <-google_secret_manager_secret.db.secret_id @shop-api /staging',
    '3 sets LOG_LEVEL=info @shop-api /staging', '3 sets REGION=eu @shop-api /staging',
  ]);
  expect(await deploymentsIn('main.tf', text)).toEqual([{ name: 'shop-api', line: 5, image: 'gcr.io/shop/api:1', environment: 'staging' }]);
  expect(await coveredText('main.tf', text, 'LOG_LEVEL')).toEqual(['LOG_LEVEL = "info"']);
});

it('reads maps, task definitions and lists of pairs', async () => {
  expect(await entryLines('aws.tf', `resource "aws_lambda_function" "mail" {
  function_name = "mail"
  environment {
    variables = {
      QUEUE = aws_sqs_queue.mail.url
      RETRIES = 3
    }
  }
}
resource "aws_ecs_task_definition" "web" {
  family = "web"
  container_definitions = jsonencode([{
    name = "web"
    environment = [{ name = "PORT", value = "80" }]
    secrets     = [{ name = "KEY", valueFrom = var.key_arn }]
  }])
}
resource "docker_container" "cache" {
  env = ["MODE=fast", "SIZE=\${var.size}"]
}
resource "kubernetes_deployment" "jobs" {
  metadata { name = "jobs" }
  spec { template { spec { container {
    env_from { secret_ref { name = "jobs" } }
  } } } }
}
`)).toEqual([
    '5 sets QUEUE <-aws_sqs_queue.mail.url @mail', '6 sets RETRIES=3 @mail', '14 sets PORT=80 @web', '15 maps-secret KEY <-var.key_arn @web',
    '19 sets MODE=fast @cache', '19 sets SIZE <-var.size @cache',
  ]);
});

it('reads variables with defaults, values files and the ids of secrets', async () => {
  expect(await entryLines('variables.tf', `variable "region" {
  type    = string
  default = "eu"
}
variable "zone" {}
resource "google_secret_manager_secret" "db" {
  secret_id = "db-url"
}
`, { settings: true })).toEqual(['3 variable.region=eu', '5 variable.zone', '7 google_secret_manager_secret.db.secret_id=db-url']);
  expect(await entryLines('prod.tfvars', 'region = "us" # moved\nzones = ["a", "b"]\n', { settings: true })).toEqual(['1 region=us', '2 zones=["a","b"]']);
});

it('knows when a loop hides what it sets', async () => {
  const text = 'resource "google_cloud_run_service" "api" {\n  template {\n    dynamic "env" {\n      for_each = var.environment\n    }\n  }\n}\n';
  expect(await deploymentsIn('main.tf', text)).toMatchObject([{ name: 'api', opaqueEnvironment: true }]);
});

it('reads heredocs, conditions, calls and comments without losing its place', async () => {
  expect(await entryLines('main.tf', `locals {
  script = <<-EOT
    port = "none of ours" }
  EOT
  size   = var.big ? "large" : "small" // by load
  names  = [for name in var.names : upper(name)]
  tags   = merge(var.tags, { team = "shop" })
  /* a comment
     with } inside */
  url    = "http://\${var.host == "" ? "localhost" : var.host}:80"
  port   = 80
}
`, { settings: true })).toEqual(['2 local.script=    port = "none of ours" }\n', '5 local.size <-var.big', '6 local.names <-var.names', '7 local.tags', '10 local.url <-var.host', '11 local.port=80']);
});

it('reads on behind what is not closed and what is no HCL', async () => {
  const text = 'locals {\n  name = "never closed\n  port = 80\n}\n%%%\nvariable "region" {\n  default = "eu"\n';
  expect(await problemsIn('main.tf', text)).toEqual(['2: This quote is never closed.', '5: "%%%" is neither an attribute nor a block.', '6: This block is never closed.']);
  expect(await entryLines('main.tf', text, { settings: true })).toEqual(['2 local.name=never closed', '3 local.port=80', '7 variable.region=eu']);
});
