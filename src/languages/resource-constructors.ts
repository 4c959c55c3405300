/**
 * Calls that open a connection or build the client that holds one: things of which a service wants one owner. One row per
 * constructor; a constructor that is not listed is no resource.
 */
export interface ResourceConstructor {
  /** Name as exported by its module, or global name. */
  callee: string;
  /** Modules that export it: a whole specifier, or the beginning of one up to a `.` or `/`. Empty: a global of the platform. */
  modules: readonly string[];
  resource: string;
}

const websocketModules = ['ws', 'isomorphic-ws', 'reconnecting-websocket', 'partysocket'] as const;

/** `new X(...)` and `x.create(...)` of TypeScript and JavaScript. */
export const typescriptResources: readonly ResourceConstructor[] = [
  { callee: 'WebSocket', modules: [], resource: 'websocket' },
  { callee: 'WebSocket', modules: websocketModules, resource: 'websocket' },
  { callee: 'default', modules: websocketModules, resource: 'websocket' },
  { callee: 'io', modules: ['socket.io-client'], resource: 'websocket' },
  { callee: 'default', modules: ['socket.io-client'], resource: 'websocket' },
  { callee: 'EventSource', modules: [], resource: 'event-source' },
  { callee: 'EventSource', modules: ['eventsource'], resource: 'event-source' },
  { callee: 'EventSourcePolyfill', modules: ['event-source-polyfill'], resource: 'event-source' },
  { callee: 'PrismaClient', modules: ['@prisma/client', '@prisma'], resource: 'prisma' },
  { callee: 'Redis', modules: ['ioredis', '@upstash/redis'], resource: 'redis' },
  { callee: 'default', modules: ['ioredis'], resource: 'redis' },
  { callee: 'Cluster', modules: ['ioredis'], resource: 'redis' },
  { callee: 'createClient', modules: ['redis', '@redis/client'], resource: 'redis' },
  { callee: 'Pool', modules: ['pg', 'pg-pool', '@neondatabase/serverless'], resource: 'sql' },
  { callee: 'Client', modules: ['pg'], resource: 'sql' },
  { callee: 'createPool', modules: ['mysql', 'mysql2', 'mariadb'], resource: 'sql' },
  { callee: 'Sequelize', modules: ['sequelize', 'sequelize-typescript'], resource: 'sql' },
  { callee: 'DataSource', modules: ['typeorm'], resource: 'sql' },
  { callee: 'default', modules: ['knex', 'postgres'], resource: 'sql' },
  { callee: 'knex', modules: ['knex'], resource: 'sql' },
  { callee: 'MongoClient', modules: ['mongodb'], resource: 'mongo' },
  { callee: 'createConnection', modules: ['mongoose'], resource: 'mongo' },
  { callee: 'createClient', modules: ['@clickhouse/client', '@clickhouse'], resource: 'clickhouse' },
  { callee: 'Kafka', modules: ['kafkajs'], resource: 'kafka' },
  { callee: 'connect', modules: ['amqplib', 'amqp-connection-manager', 'nats'], resource: 'message-broker' },
  { callee: 'S3Client', modules: ['@aws-sdk/client-s3'], resource: 's3' },
  { callee: 'SQSClient', modules: ['@aws-sdk/client-sqs'], resource: 'sqs' },
  { callee: 'Client', modules: ['@elastic/elasticsearch', '@opensearch-project/opensearch'], resource: 'elasticsearch' },
  { callee: 'ApolloClient', modules: ['@apollo/client', 'apollo-client'], resource: 'graphql' },
  { callee: 'createClient', modules: ['@supabase/supabase-js'], resource: 'supabase' },
  { callee: 'create', modules: ['axios'], resource: 'http-client' },
];

/** Calls of Python. */
export const pythonResources: readonly ResourceConstructor[] = [
  { callee: 'create_engine', modules: ['sqlalchemy', 'sqlmodel'], resource: 'sql' },
  { callee: 'create_async_engine', modules: ['sqlalchemy', 'sqlmodel'], resource: 'sql' },
  { callee: 'create_pool', modules: ['asyncpg', 'aiomysql'], resource: 'sql' },
  { callee: 'connect', modules: ['asyncpg', 'psycopg', 'psycopg2', 'aiomysql', 'pymysql'], resource: 'sql' },
  { callee: 'Redis', modules: ['redis', 'aioredis', 'upstash_redis'], resource: 'redis' },
  { callee: 'StrictRedis', modules: ['redis'], resource: 'redis' },
  { callee: 'from_url', modules: ['redis', 'aioredis'], resource: 'redis' },
  { callee: 'ConnectionPool', modules: ['redis'], resource: 'redis' },
  { callee: 'create_redis_pool', modules: ['aioredis'], resource: 'redis' },
  { callee: 'get_client', modules: ['clickhouse_connect'], resource: 'clickhouse' },
  { callee: 'get_async_client', modules: ['clickhouse_connect'], resource: 'clickhouse' },
  { callee: 'create_client', modules: ['clickhouse_connect'], resource: 'clickhouse' },
  { callee: 'Client', modules: ['clickhouse_driver', 'asynch'], resource: 'clickhouse' },
  { callee: 'MongoClient', modules: ['pymongo'], resource: 'mongo' },
  { callee: 'AsyncIOMotorClient', modules: ['motor'], resource: 'mongo' },
  { callee: 'connect', modules: ['websockets', 'websocket'], resource: 'websocket' },
  { callee: 'create_connection', modules: ['websocket'], resource: 'websocket' },
  { callee: 'KafkaProducer', modules: ['kafka'], resource: 'kafka' },
  { callee: 'AIOKafkaProducer', modules: ['aiokafka'], resource: 'kafka' },
  { callee: 'Producer', modules: ['confluent_kafka'], resource: 'kafka' },
  { callee: 'BlockingConnection', modules: ['pika'], resource: 'message-broker' },
  { callee: 'connect_robust', modules: ['aio_pika'], resource: 'message-broker' },
  { callee: 'Elasticsearch', modules: ['elasticsearch'], resource: 'elasticsearch' },
  { callee: 'AsyncElasticsearch', modules: ['elasticsearch'], resource: 'elasticsearch' },
];

/**
 * The resource that a call opens. `path` is what is called, resolved to its module: `['Redis']` of module `ioredis`, `['asyncio',
 * 'from_url']` of module `redis`. `module` is undefined for a global.
 */
export function resourceOf(table: readonly ResourceConstructor[], module: string | undefined, path: readonly string[]): string | undefined {
  const callee = path.at(-1);
  // `Redis.from_url(...)` is the class method of a constructor: the class decides.
  const owner = path.length > 1 ? path.at(-2) : undefined;
  for (const row of table) {
    if (row.callee !== callee && !(row.callee === owner && callee !== undefined && isAlternativeConstructor(callee))) continue;
    if (module === undefined ? row.modules.length === 0 && path.length === 1 : row.modules.some((name) => isWithin(module, name))) return row.resource;
  }
  return undefined;
}

function isAlternativeConstructor(method: string): boolean {
  return method === 'from_url' || method === 'fromUrl';
}

function isWithin(module: string, name: string): boolean {
  return module === name || module.startsWith(`${name}.`) || module.startsWith(`${name}/`);
}
