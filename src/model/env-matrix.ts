/** What `ssot-audit env` gives: the matrix of environment variables by service, environment and source. Values of secrets are never in it. */
import { z } from 'zod';

export const ENV_MATRIX_VERSION = 1;

/** A text that may be shown. */
export const shownValueSchema = z.object({
  /** The value, credentials taken out; absent when it is hidden as a whole. */
  text: z.string().optional(),
  /** It is, or holds, a secret: only that it is set is said. */
  hidden: z.boolean(),
});
export type ShownValue = z.infer<typeof shownValueSchema>;

export const envReadSchema = z.object({
  path: z.string(),
  line: z.int(),
  /** The callee or the class that declares it: `os.environ.get`, `Settings`. */
  accessor: z.string(),
  required: z.boolean(),
  /** Absent when it has none; an expression has no text. */
  default: shownValueSchema.optional(),
  /** Environments in which the read holds, or (`except`) in which it does not; absent: everywhere. */
  holds: z.object({ environments: z.array(z.string()), except: z.boolean() }).optional(),
  /** The library that it stands in, where that is not the service itself. */
  library: z.string().optional(),
});
export type EnvRead = z.infer<typeof envReadSchema>;

export const envValueSchema = z.object({
  /** `value`: literal. `secret`: from a secret store. `reference`: from another variable or resource, `value` is its default. `unknown`: computed. */
  form: z.enum(['value', 'secret', 'reference', 'unknown']),
  value: shownValueSchema.optional(),
  reference: z.string().optional(),
  path: z.string(),
  line: z.int(),
  /** `compose`, `dotenv`, `terraform` ... */
  format: z.string(),
  /** Why it counts for this service: `compose "dev-backend"`. */
  evidence: z.string(),
  /** Nothing says that the file is loaded. */
  shared: z.boolean(),
  /** The source names no environment: it holds in each. */
  everywhere: z.boolean(),
});
export type EnvValue = z.infer<typeof envValueSchema>;

export const envStatuses = ['set', 'shared', 'default', 'unset', 'missing', 'unseen', 'library'] as const;

export const envCellSchema = z.object({
  /** Absent: no environment is named, it holds in each. */
  environment: z.string().optional(),
  /**
   * `set`: a source gives it. `shared`: only a file gives it of which no deployment says that it loads it. `default`: nothing gives it, and the
   * code has a default. `unset`: nothing gives it, and the code can do without. `missing`: nothing gives it, and the service's code cannot do
   * without. `unseen`: as missing, but a source there may give variables that it does not name. `library`: as missing, but only a library that the
   * service imports demands it, perhaps in a part that the service never reaches.
   */
  status: z.enum(envStatuses),
  values: z.array(envValueSchema),
});
export type EnvCell = z.infer<typeof envCellSchema>;

export const envVariableSchema = z.object({
  service: z.string(),
  name: z.string(),
  /** Its name says that it holds a credential. */
  secret: z.boolean(),
  /** The platform or a tool sets it by itself: never called missing. */
  platform: z.boolean(),
  /** Some production read cannot do without it. */
  required: z.boolean(),
  reads: z.array(envReadSchema),
  /** Reads in tests, scripts, mocks and examples. */
  otherReads: z.int(),
  cells: z.array(envCellSchema),
  /** Where it is named without effect: example files, comments. */
  declarations: z.array(z.object({ path: z.string(), line: z.int() })),
});
export type EnvVariable = z.infer<typeof envVariableSchema>;

export const envServiceSchema = z.object({
  name: z.string(),
  kind: z.enum(['service', 'library']),
  /** Where it runs, by the sources that deploy it there. */
  environments: z.array(z.object({
    name: z.string(),
    /** Variables may be set there that no source names. */
    opaque: z.boolean(),
    sources: z.array(z.object({ path: z.string(), line: z.int().optional(), name: z.string(), format: z.string() })),
  })),
});
export type EnvService = z.infer<typeof envServiceSchema>;

export const envMatrixSchema = z.object({
  schemaVersion: z.literal(ENV_MATRIX_VERSION),
  tool: z.object({ name: z.string(), version: z.string() }),
  root: z.string(),
  services: z.array(envServiceSchema),
  /** Sorted by service, then name. */
  variables: z.array(envVariableSchema),
});
export type EnvMatrix = z.infer<typeof envMatrixSchema>;
