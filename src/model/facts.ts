/**
 * Facts: language-neutral statements extracted from one file. The vocabulary between `languages/`, which produces facts, and
 * `facts/` and `rules/`, which never see a syntax tree.
 *
 * A fact is flat, serialisable as JSON and independent of the tree that its file stands in: it holds no path, no service, no
 * resolved import. Those are stamped when the fact index is built. So extraction can be cached by content hash and moved to a
 * worker, and a faster parser can replace the first one and be checked by equal facts.
 */
import type { Span } from './location.js';

interface FactBase<K extends string> {
  kind: K;
  /** The name as written in the source. */
  name: string;
  /** Names of the enclosing classes, functions or namespaces, outermost first; empty at module level. */
  scope: readonly string[];
  /** Visible to other modules: `export` in TypeScript; in Python a module-level name without a leading underscore or in `__all__`. */
  exported: boolean;
  span: Span;
}

/** A value that is known from the source text alone. Lists and maps are bounded: at most 200 leaves, strings of at most 500 characters. */
export type Literal = string | number | boolean | null | readonly Literal[] | { readonly [key: string]: Literal };

/**
 * A named literal at module or class level: `export const MAX_UPLOAD_MB = 25`, `MAX_UPLOAD_MB = 25`. Simple arithmetic
 * (`60 * 5`) is folded; a value that is not a literal gives no fact.
 */
export interface ConstantFact extends FactBase<'constant'> {
  value: Literal;
}

/** A closed set of values: enum, union of literals, `Literal[...]`, `z.enum`, a frozen object or a class of string constants. */
export interface EnumFact extends FactBase<'enum'> {
  form: 'enum' | 'union' | 'schema' | 'constants';
  members: readonly { name: string; value: string; line: number }[];
}

export interface Field {
  name: string;
  /** The type as written, white space folded; absent where none is written. */
  type?: string;
  optional: boolean;
  line: number;
  /** The name it goes by on the wire, where that is another: the alias of a model's field. */
  alias?: string;
}

/** The shape of data: interface, object type, dataclass, pydantic model, TypedDict, NamedTuple, `z.object`. */
export interface TypeFact extends FactBase<'type'> {
  form: 'interface' | 'alias' | 'dataclass' | 'model' | 'typed-dict' | 'schema';
  /** How many type parameters it has; absent where none. */
  typeParameters?: number;
  bases: readonly string[];
  fields: readonly Field[];
}

/** A class with behaviour. Its methods are the function facts whose scope ends in this class (`facts.methodsOf`). */
export interface ClassFact extends FactBase<'class'> {
  form: 'class' | 'abstract' | 'protocol' | 'enum' | 'data' | 'exception';
  /** Base classes and implemented interfaces, dotted as written: `base.Manager`, `EventEmitter`. Type arguments are dropped. */
  bases: readonly string[];
  decorators: readonly string[];
  /** Who gets an object of their own, where a decorator says so: `@Injectable({ scope: Scope.REQUEST })`. */
  lifetime?: 'request' | 'transient';
  /** Instance and class attributes. */
  fields: readonly Field[];
  /** Imported names that the class body uses: what it works with. Sorted, distinct. */
  collaborators: readonly string[];
  /** First line of the doc comment. */
  doc?: string;
}

export interface Parameter {
  name: string;
  type?: string;
  /** Has a default, is marked `?`, or is a rest parameter. */
  optional: boolean;
}

/** A function, method, arrow function bound to a name, or accessor, with its body in normal form. */
export interface FunctionFact extends FactBase<'function'> {
  /** `self`, `cls` and `this` are left out. */
  parameters: readonly Parameter[];
  returnType?: string;
  form: 'function' | 'method' | 'accessor' | 'component';
  async: boolean;
  static: boolean;
  decorators: readonly string[];
  /** Statements in the body at any depth, doc comment excluded. */
  statementCount: number;
  /** Hash of the body: comments dropped, parameters and locals renamed by order of first use, literals kept (a type-2 clone). */
  bodyHash: string;
  /** As `bodyHash` with literals blanked. */
  shapeHash: string;
  /**
   * One-permutation MinHash of the body's features: 32 positions of two characters each; empty below five statements. The share of equal
   * positions (`sketchSimilarity`) estimates the Jaccard similarity of two bodies (Li, Owen, Zhang, "One Permutation Hashing", NIPS 2012).
   */
  sketch: string;
  /** Distinct callees, dotted as written (`self.redis.get`, `fetch`), sorted, at most 60. */
  calls: readonly string[];
  /** The callee when the body does nothing but pass on to one call: `self._inner.send`. */
  delegatesTo?: string;
  /** No behaviour: `pass`, `...`, an abstract or overload signature, only `raise NotImplementedError`. */
  stub: boolean;
  /**
   * What callers get: `shared` when the returned object outlives the call (`via` names the module variable, class attribute,
   * cache decorator, default argument or captured variable it comes from), `fresh` when it is constructed in the call (`via` is the
   * constructor), `passed` when it is what another function returns (`via` is the callee).
   */
  returns?: { origin: 'shared' | 'fresh' | 'passed'; via?: string };
}

/** What is stored: `_pool = Pool(url)` in `connect(url)` is a `call` of `Pool` from `url`. */
export interface StoredValue {
  form: 'call' | 'none' | 'collection' | 'literal' | 'name' | 'other';
  /** The callee, or the name as written. */
  text?: string;
  /** For the name of a local variable: the callee of the call whose result it holds. */
  madeBy?: string;
  /** How many arguments a call is given. */
  arguments?: number;
  /** Parameters of the storing function that the value is made from, through its local variables too. */
  from: readonly string[];
}

export interface StateUse {
  /** The function that does it, dotted within the file (`Pool.add`); `` at module level, `()` in a function there that has no name. */
  by: string;
  /** The call that registers the function which does it: `app.get` for `app.get("/carts", (request) => ...)`. */
  handler?: string;
  /**
   * `assign`: the name is bound anew. `mutate`: changed in place. `keyed`: an entry is written under `key`. `remove`: entries are taken
   * out, or it is emptied. `return`, `read`: read; under `key` when there is one. Reads that say the same are kept once per function.
   * `claim`: Python's `global`, by which a function may bind the module's name anew. `keep`: a mutable default becomes an attribute of
   * an object that outlives the call.
   */
  how: 'assign' | 'mutate' | 'keyed' | 'remove' | 'return' | 'read' | 'claim' | 'keep';
  /** Of `keep`: a method of the class changes the attribute in place. */
  changed?: true;
  /** A class-level attribute reached through an object (`self._items`), as if it were the object's own. */
  throughObject?: boolean;
  /** The key expression as written, white space folded. */
  key?: string;
  /** Parameters of `by` that the key is made from. */
  keyFrom?: readonly string[];
  /** What is put there by `assign`, `mutate` and `keyed`. */
  value?: StoredValue;
  /** Done only while the binding, or the entry, is still empty. */
  ifEmpty?: boolean;
  span: Span;
}

/**
 * A binding that outlives a call and can be changed: a module-level variable, class-level attribute or TypeScript static, whose
 * value is a collection, an instance, `None`/`null` to be filled later, or which is written after it is made. Two more holders tell
 * what such a binding keeps: `instance`, an attribute of each object of a class that is a collection or is written after
 * construction; and `default`, a mutable default of a parameter that the function changes, keeps or returns. And `application`: an
 * attribute of a web application's state (`app.state.pool`), which every request sees; one fact for each file that sets or reads it.
 */
export interface StateFact extends FactBase<'state'> {
  holder: 'module' | 'class' | 'instance' | 'default' | 'application';
  initial: 'collection' | 'none' | 'instance' | 'scalar';
  /** Constructor: `dict`, `Map`, `WebSocketManager`; the annotation where no constructor is called: `Optional[Redis]`. */
  type?: string;
  /** How many arguments the constructor is given, where the initial value is a call. */
  arguments?: number;
  /** The annotation as written, white space folded: `Dict[str, UserSession]`. */
  annotation?: string;
  /** The collection has no entries at first. */
  empty: boolean;
  /** Filled on first use: assigned inside a function under a test that it is still empty. */
  lazy: boolean;
  /** Declared constant and never written: `Final`, `Object.freeze`, `as const`, UPPER_CASE without writes. */
  frozen: boolean;
  /** Bounded by its type: a maximum size or a time to live is part of its construction, or it holds its entries weakly. */
  bounded?: boolean;
  uses: readonly StateUse[];
}

/** A read of an environment variable, or of a setting of that name through an accessor such as `get_env().get("X", d)`. */
export interface EnvReadFact extends FactBase<'env-read'> {
  /** Canonical JSON text of the default (`"8080"`, `false`, `null`); absent when there is none or it is not a literal. */
  default?: string;
  defaultForm: 'none' | 'literal' | 'expression';
  /** The read fails, or its value is used unchecked as required, when the variable is absent. */
  required: boolean;
  /** The callee or property as written: `os.environ.get`, `process.env`, `get_env().get`; the class, schema or list that declares it: `Settings`, `REQUIRED_VARS`. */
  accessor: string;
  /** `direct`: the process environment itself. `accessor`: through a function or object of the product. `declared`: a settings field. */
  via: 'direct' | 'accessor' | 'declared';
  /**
   * The environment that an enclosing branch tests for: `production` in `if env == "prod":`, `production|staging` for several,
   * `!production` where the test is that it is none of them.
   */
  environmentBranch?: string;
  /** The variable, parameter or field that receives the value. */
  feeds?: string;
  parsedAs?: 'int' | 'float' | 'bool' | 'json' | 'list';
  /** The texts that count as true where the code compares: `1` for `== "1"`; `1`, `true` for `in ("1", "true")`. Lower case, sorted. */
  truths?: readonly string[];
  /** `name` is only the known beginning of a computed name. */
  prefix: boolean;
  /** Stands under `if __name__ == "__main__"`: read only where the file itself is started. */
  whenStarted?: true;
}

/** One entry of a configuration file or deployment source. */
export interface ConfigEntryFact extends FactBase<'config-entry'> {
  format: 'dotenv' | 'compose' | 'dockerfile' | 'kubernetes' | 'terraform' | 'actions' | 'cloudbuild' | 'deploy-script' | 'json' | 'yaml' | 'toml' | 'procfile' | 'version-file';
  /** Path of keys to the entry; for an environment variable it ends in its name. */
  keyPath: readonly string[];
  /**
   * `sets`: gives an environment variable its value where something runs. `reads`: uses one (`${V:-d}`). `passes`: hands a
   * variable of the outer environment on. `maps-secret`: sets one from a secret store. `setting`: any other entry.
   */
  effect: 'sets' | 'reads' | 'passes' | 'maps-secret' | 'setting';
  /** Literal text, quotes removed; absent when the value is a reference, templated or unknown. */
  value?: string;
  /** The variable, secret or resource that the value refers to. */
  reference?: string;
  /** Default inside an interpolation: `d` in `${V:-d}`. */
  default?: string;
  /** Compose service, Kubernetes workload, Cloud Run service, job: as the file names it. */
  service?: string;
  /** Environment that the file itself names for this entry. */
  environment?: string;
  image?: string;
  /** The entry is commented out: `# V=example`. It declares a name and sets nothing. */
  commented: boolean;
  /** `build`: holds only while an image is built or a job runs (ARG, build args, workflow env); absent where it holds at run time. */
  phase?: 'build';
  /** The source itself fails without it: `${V:?message}`. */
  required?: boolean;
}

/** Something that a configuration file deploys: a compose service, a workload, an image built by a Dockerfile, a Cloud Run service. */
export interface DeploymentFact extends FactBase<'deployment'> {
  format: ConfigEntryFact['format'];
  image?: string;
  /** Build context and Dockerfile, relative to the file's folder, as written. */
  context?: string;
  dockerfile?: string;
  /** env_file paths as written. */
  envFiles: readonly string[];
  /** envFrom, a templated block, an external secret store: variables that this file does not name. */
  opaqueEnvironment: boolean;
  /** Names of ConfigMaps and Secrets whose keys all become variables. */
  environmentSources?: readonly string[];
  command?: string;
  /** Paths that a Dockerfile copies from its context. */
  copies: readonly string[];
  /** Ports as written: `8080:80`, `3000`. */
  ports?: readonly string[];
  /** Environment that the file itself names for it: a profile, `ENVIRONMENT: staging` among its variables. */
  environment?: string;
}

/** A package manifest: package.json, pyproject.toml. `name` is the package's name, `` when it has none. */
export interface PackageFact extends FactBase<'package'> {
  ecosystem: 'npm' | 'python';
  private: boolean;
  /** Globs of workspace folders, relative to the manifest's folder; `!` excludes. */
  workspaces: readonly string[];
  /** Names of all dependencies of all kinds, sorted. */
  dependencies: readonly string[];
  /** Names and commands of scripts (npm `scripts`, Python entry points). */
  scripts: readonly { name: string; command: string }[];
  /** Others can import it: it states `main`, `module`, `exports` or `types`, or is a Python distribution. */
  importable: boolean;
}

export interface EventKey {
  /** Dotted inside the message: `tool_name`, `data.tool_name`. A last segment `*` stands for keys that the text does not tell: `*`, `data.*`. */
  path: string;
  /** Optional: added under a condition, or `?` in a type. */
  optional: boolean;
  /** Where a handler reads it first; absent for what is sent. */
  line?: number;
}

/**
 * An event or message sent or handled. `symbolic`: `name` is a reference (`MessageType.AGENT_STARTED`) that the index resolves
 * to the value of the enum member or constant.
 */
export interface EventFact extends FactBase<'event'> {
  role: 'emit' | 'handle';
  symbolic: boolean;
  /** Payload keys at the producer, or keys that the handler reads; sorted by path. */
  keys: readonly EventKey[];
  /** The key that wraps the payload: `data`, `payload`; absent for a flat message. */
  envelope?: string;
  /** A spread, an opaque variable or a model is inside: more keys may be there. Of a handler: it hands the message on, and others may read more. */
  open: boolean;
  /** Callee that sends or registers (`websocket.send_json`, `socket.on`), or `literal`, `comparison`, `case`, `map-key`, `membership`. */
  via: string;
  /** Key that carries the event name (`type`, `event`, `event_type`), or `argument`; for a comparison the compared expression. */
  discriminator: string;
  /** The list, set, map or type that names the event beside others: `agentEvents`, `HANDLERS`. */
  container?: string;
  /**
   * The enclosing function is a helper that sends what callers give it: `name` is its parameter, `keys` are those it adds. The key under
   * which it puts the payload of its callers; `` when it spreads that into the message.
   */
  forwards?: string;
  /** Where a handler that stands elsewhere in the file reads the message. */
  readsAt?: Span;
}

/** Fields that a validator table, type or test demands of an event or message. */
export interface ContractFact extends FactBase<'contract'> {
  symbolic: boolean;
  /** The table, class or test that states it: `EVENT_SCHEMAS`, `EventValidationRule`. */
  container: string;
  source: 'validator' | 'type' | 'test';
  /** Dotted inside the message, as in `EventKey`. Sorted, without the key that carries the event name. */
  requiredKeys: readonly string[];
  optionalKeys: readonly string[];
  /** `name` is that of a rule which begins with the event's name: `order_placed_required_fields`. */
  namedAfter?: boolean;
  /** Says something of the event and not all: assertions of one test. */
  partial?: boolean;
}

export interface ImportedName {
  /** Name in the source module: `*` for a star import, `default` for a default import, `` for the module itself. */
  imported: string;
  /** Name it is bound to here; for a re-export the name it is exported under. */
  local: string;
  typeOnly: boolean;
  line: number;
}

/** One import, re-export, `require` or dynamic import. `name` is the specifier as written (Python: without leading dots). */
export interface ImportFact extends FactBase<'import'> {
  /** Python: number of leading dots. TypeScript: 0 (a relative specifier keeps its `./`). */
  level: number;
  names: readonly ImportedName[];
  form: 'static' | 'require' | 'dynamic' | 'mock';
  reExport: boolean;
  /** Failure is caught: inside `try` with ImportError (or a broad except that does not raise again) or `.catch`, or under a feature test. */
  guarded: boolean;
  /** Stands in the handler of such a `try`: it runs only when another import has failed. */
  fallback?: true;
  /** Inside a function: fails at first use and not at load. */
  lazy: boolean;
  /** Never executed: `import type`, `if TYPE_CHECKING`, names of a TypeScript file that are used as types only. */
  typeOnly: boolean;
}

export interface Binding {
  name: string;
  declares: 'class' | 'function' | 'type' | 'enum' | 'constant' | 'variable' | 'import' | 'alias';
  /** Names under which other modules see it; empty when it is not exported. Python: the name itself. */
  exportedAs: readonly string[];
  /** `X = Y`, `export { Y as X }`: the dotted text it stands for. */
  aliasOf?: string;
  /** The alias is a type of its own name: `type CartAnswer = Cart`. */
  type?: true;
  /** Callee of its initialiser: `create` in `const useStore = create(...)`, `Manager` in `manager = Manager()`. */
  init?: string;
  line: number;
}

/** What a file is as a module. Exactly one per source file; `name` is empty. */
export interface ModuleFact extends FactBase<'module'> {
  /** One per name, in source order. Of several bindings of a name (try/except, redefinition): the one that importers see. */
  bindings: readonly Binding[];
  /** Python's `__all__` where it is a list of literals: what a star import takes. Without it: names without leading underscore. */
  all?: readonly string[];
  /** Names can appear that no binding shows: module `__getattr__`, `globals()[...]`, `module.exports = <computed>`. */
  dynamic: boolean;
  /** Says of itself that a tool wrote it: `@generated`, `DO NOT EDIT`. */
  generated: boolean;
  /** Runs when started: `if __name__ == "__main__"`, a shebang. */
  script: boolean;
  /** Python: dotted texts in the code that may name a module or something in one (`shop.settings`, `shop.tasks:app`), sorted. Absent when there are none. */
  mentions?: readonly string[];
}

/**
 * Who in a file uses what of the names that the file imports or declares at its top level. At most one per source file; `name` is empty.
 * Annotations, imports, exports and aliases are no use.
 */
export interface UsesFact extends FactBase<'uses'> {
  /**
   * `Cart Money load_rates`: first the user, a top-level name, or nothing for code that runs when the module loads; then, sorted, what it
   * uses. Of a module that is imported whole the dotted name: `rates.load`. `.add`: a method that is handed on, or called when the module loads.
   */
  rows: readonly string[];
}

/** A deprecation marker: `@deprecated`, `DeprecationWarning`, `# DEPRECATED`, a deprecation notice in a module's doc comment. */
export interface DeprecationFact extends FactBase<'deprecation'> {
  target: 'module' | 'class' | 'function' | 'type' | 'variable' | 'field';
  /** The line that says so. */
  marker: string;
  replacement?: string;
}

/** Construction of a connection or client: `new WebSocket(...)`, `create_engine(...)`, `redis.from_url(...)`. `name` is the callee. */
export interface ConstructionFact extends FactBase<'construction'> {
  /** What it connects to: `websocket`, `sql`, `redis`. */
  resource: string;
  arguments: number;
  /** The path in the address of a socket or stream, as far as it is written out: `/stream/orders/` in `${base}/stream/orders/${id}`. */
  route?: string;
}

/** The tests of one file, together: one fact per file, however many there are. `name` is empty. */
export interface TestsFact extends FactBase<'tests'> {
  /** Test cases as written; a parametrised one counts once. */
  count: number;
  /** Of those, the ones that are marked to be skipped or only planned. */
  skipped: number;
  /** Calls of `expect` or `assert`, and assert statements, in the file. */
  assertions: number;
  /** What replaces something by a double: `vi.mock`, `unittest.mock.patch`, `nock`. At most five, in source order. */
  mocks: readonly { name: string; line: number }[];
}

/** A merge conflict that was committed with its markers. `name` is the label of the other side: a branch or commit. */
export interface ConflictMarkerFact extends FactBase<'conflict-marker'> {
  /** Label of this side: `HEAD`. */
  ours: string;
  /** The file does not parse there: it is no text about conflicts inside a string. */
  broken: boolean;
}

/**
 * A suppression comment; `name` is its text. Made by the engine from `Extraction.suppressionComments` and handed to the rules about
 * suppressions (`RuleContext.suppressions`): in no extraction and not in the index.
 */
export type SuppressionFact = FactBase<'suppression'>;

export type Fact =
  | ConstantFact | EnumFact | TypeFact | ClassFact | FunctionFact | StateFact | EnvReadFact | ConfigEntryFact | DeploymentFact | PackageFact
  | EventFact | ContractFact | ImportFact | ModuleFact | UsesFact | DeprecationFact | ConstructionFact | TestsFact | ConflictMarkerFact
  | SuppressionFact;

export type FactKind = Fact['kind'];
export type FactOf<K extends FactKind> = Extract<Fact, { kind: K }>;

export interface ParseError {
  message: string;
  span: Span;
}

/** `ssot-ignore-next-line <rule>[, <rule>] until=YYYY-MM-DD -- reason`, `ssot-ignore-file ...` in a comment of any language. */
export interface SuppressionComment {
  scope: 'next-line' | 'file';
  /** The comment's text from `ssot-ignore` on. The engine parses it, so every language reads comments the same way. */
  text: string;
  span: Span;
}

/** All that one file yields. */
export interface Extraction {
  facts: Fact[];
  parseErrors: ParseError[];
  suppressionComments: SuppressionComment[];
  lineCount: number;
}
