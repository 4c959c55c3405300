/** Longest list of names that is kept of one user: more is generated code. */
const MOST_NAMES = 400;

/** Gathers who uses which names while a file is walked, and puts the rows of its `uses` fact together when the walk is done. */
export interface UsesTable {
  /** `name`: a name as written, dotted where it goes through a module. */
  use(user: string, name: string): void;
  /** A method that is called outside of every function that has a name, and so is in no list of callees. */
  call(user: string, method: string): void;
  /** A property that is read and not called: kept where a function of the file has that name. */
  handOn(user: string, property: string): void;
  /** Rows in order of the user. `isOwn`: whether the file imports or declares a name; `isMethod`: whether it has a function of that name. */
  rows(isOwn: (name: string) => boolean, isMethod: (name: string) => boolean): string[];
}

export function createUsesTable(): UsesTable {
  const names = new Map<string, Set<string>>();
  const properties = new Map<string, Set<string>>();
  const methods = new Map<string, Set<string>>();
  return {
    use: (user, name) => add(names, user, name),
    call: (user, method) => add(methods, user, method),
    handOn: (user, property) => add(properties, user, property),
    rows: (isOwn, isMethod) => [...new Set([...names.keys(), ...properties.keys(), ...methods.keys()])].sort().flatMap((user) => {
      const used = [
        ...[...(names.get(user) ?? [])].filter((name) => rootOf(name) !== user && isOwn(rootOf(name))),
        ...[...new Set([...[...(properties.get(user) ?? [])].filter(isMethod), ...(methods.get(user) ?? [])])].map((property) => `.${property}`),
      ].sort();
      return used.length === 0 ? [] : [[user, ...used].join(' ')];
    }),
  };
}

function add(table: Map<string, Set<string>>, user: string, name: string): void {
  const known = table.get(user);
  if (!known) table.set(user, new Set([name]));
  else if (known.size < MOST_NAMES) known.add(name);
}

function rootOf(name: string): string {
  const dot = name.indexOf('.');
  return dot < 0 ? name : name.slice(0, dot);
}
