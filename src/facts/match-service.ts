import { ENVIRONMENT_WORDS } from '../model/environments.js';
import type { Service } from '../model/result.js';
import { baseNameOf } from '../util/paths.js';

/** Words of a deployed name that say nothing about which service it is. */
const GENERIC: ReadonlySet<string> = new Set(['service', 'svc', 'server', 'app', 'application', 'container', 'image', 'deployment', 'cloud', 'run', 'latest', 'alpine', 'gcp', 'aws', 'docker']);

/** Images that others make: a database beside our service is none of ours, whatever it is called. */
const FOREIGN = /^(?:[\w.-]+\/)*(?:postgres|postgis|pgvector|mysql|mariadb|mongo|redis|valkey|rabbitmq|kafka|zookeeper|clickhouse(?:-server)?|elasticsearch|opensearch|nginx|traefik|caddy|minio|localstack|mailhog|mailpit|maildev|prometheus|grafana|jaeger|otel\w*|busybox|alpine|adminer|pgadmin4?|vault|consul|memcached|nats|keycloak|selenium|chrome)(?:[:@-].*)?$/;

export function isForeignImage(image: string | undefined): boolean {
  return image !== undefined && FOREIGN.test(image);
}

/**
 * The service that a name in a deployment means: `netra-backend-staging` and `dev-backend` mean `netra_backend` where no other service
 * is as near. Undefined when none or more than one fits. Words that name environments or say only "service" do not count.
 */
export function serviceByName(name: string, services: readonly Service[]): Service | undefined {
  const words = wordsOf(name);
  if (words.size === 0) return undefined;
  let best: Service | undefined;
  let bestScore = 0;
  let tied = false;
  for (const service of services) {
    if (service.name === '' || service.kind === 'library') continue;
    const own = wordsOf(baseNameOf(service.name));
    const shared = [...own].filter((word) => words.has(word)).length;
    // One name must hold the other: `shop-web` is not `shop-api`.
    if (shared === 0 || (shared < own.size && shared < words.size)) continue;
    const score = shared / (own.size + words.size - shared);
    if (score > bestScore) {
      best = service;
      bestScore = score;
      tied = false;
    } else if (score === bestScore) tied = true;
  }
  return tied ? undefined : best;
}

/** The environment that a deployed name holds: `staging` in `netra-backend-staging`. */
export function environmentInName(name: string): string | undefined {
  for (const word of splitWords(name)) {
    const environment = ENVIRONMENT_WORDS.get(word);
    if (environment !== undefined && word !== 'live' && word !== 'demo' && word !== 'preview') return environment;
  }
  return undefined;
}

function wordsOf(name: string): Set<string> {
  const all = splitWords(name).filter((word) => !ENVIRONMENT_WORDS.has(word));
  const telling = all.filter((word) => !GENERIC.has(word));
  return new Set(telling.length > 0 ? telling : all);
}

function splitWords(name: string): string[] {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase().split(/[^a-z0-9]+/).filter((word) => word !== '');
}
