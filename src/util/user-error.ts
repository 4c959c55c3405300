export interface UserErrorOptions {
  /** Stable kebab-case word for programs: `config-invalid`, `unknown-rule`. */
  code: string;
  /** What to do about it, in a sentence. */
  hint?: string;
  cause?: unknown;
}

/** Something that the user can put right: a flag, the configuration, a path. Shown without a stack; exit code 2. All else is a bug. */
export class UserError extends Error {
  readonly code: string;
  readonly hint: string | undefined;

  constructor(message: string, options: UserErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'UserError';
    this.code = options.code;
    this.hint = options.hint;
  }
}
