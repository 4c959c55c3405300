import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { writeFileWhole } from '../util/write-file.js';

export interface CommandOptions {
  command: string;
  /** Absolute. */
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  timeoutSeconds: number;
  /** File that tells a later run which process was left when this one is killed; removed at the end. */
  runningFile: string;
  signal: AbortSignal;
  onOutput(text: string): void;
}

export interface CommandOutcome {
  exitCode?: number;
  signal?: string;
  stoppedBy?: 'time-limit' | 'interrupted';
  /** Why it could not be started at all. */
  startError?: string;
  output: string;
  dropped: number;
}

/** Bytes kept of an output: its beginning (versions, set-up) and its end (the summary). */
const KEPT_HEAD = 2_000_000;
const KEPT_TAIL = 6_000_000;
/** Milliseconds between asking a command to end and killing it. */
const GRACE = 5_000;

/**
 * Runs a command of the configuration in a process group of its own, so that it can be stopped with all that it started. Its output is
 * streamed and kept, head and tail.
 */
export async function runCommand({ command, cwd, env, timeoutSeconds, runningFile, signal, onOutput }: CommandOptions): Promise<CommandOutcome> {
  const kept = new KeptOutput();
  if (signal.aborted) return { stoppedBy: 'interrupted', output: '', dropped: 0 };
  const child = spawn(command, { shell: true, cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  if (child.pid !== undefined) writeFileWhole(runningFile, `${JSON.stringify({ pid: child.pid, started: startOf(child.pid) })}\n`);
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      kept.add(text);
      onOutput(text);
    });
  }
  let stoppedBy: CommandOutcome['stoppedBy'];
  let killTimer: NodeJS.Timeout | undefined;
  const stop = (reason: NonNullable<CommandOutcome['stoppedBy']>): void => {
    if (stoppedBy !== undefined || child.pid === undefined) return;
    stoppedBy = reason;
    signalGroup(child.pid, 'SIGTERM');
    killTimer = setTimeout(() => signalGroup(child.pid!, 'SIGKILL'), GRACE);
  };
  const limit = setTimeout(() => stop('time-limit'), timeoutSeconds * 1000);
  const onAbort = (): void => stop('interrupted');
  signal.addEventListener('abort', onAbort);
  try {
    const end = await new Promise<{ code: number | null; signal: string | null; error?: Error }>((resolve) => {
      child.on('error', (error) => resolve({ code: null, signal: null, error }));
      // A grandchild may hold the pipes open for ever: what it writes after the command's end is not waited for long.
      child.on('exit', (code, by) => {
        // What the command started and left behind ends with it.
        if (child.pid !== undefined) signalGroup(child.pid, 'SIGTERM');
        setTimeout(() => resolve({ code, signal: by }), 1_000).unref();
        child.on('close', () => resolve({ code, signal: by }));
      });
    });
    if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
    return {
      output: kept.text(),
      dropped: kept.dropped,
      ...(end.code === null ? {} : { exitCode: end.code }),
      ...(end.signal === null ? {} : { signal: end.signal }),
      ...(stoppedBy === undefined ? {} : { stoppedBy }),
      ...(end.error === undefined ? {} : { startError: end.error.message }),
    };
  } finally {
    clearTimeout(limit);
    clearTimeout(killTimer);
    signal.removeEventListener('abort', onAbort);
    rmSync(runningFile, { force: true });
  }
}

/**
 * Ends what a killed run left running, when it is still the same process.
 * @returns whether something was ended
 */
export function endLeftover(runningFile: string): boolean {
  if (!existsSync(runningFile)) return false;
  try {
    const { pid, started } = JSON.parse(readFileSync(runningFile, 'utf8')) as { pid: unknown; started: unknown };
    if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 1 || typeof started !== 'string' || startOf(pid) !== started) return false;
    signalGroup(pid, 'SIGKILL');
    return true;
  } catch {
    return false; // a damaged note names no process that may be ended
  } finally {
    rmSync(runningFile, { force: true });
  }
}

/** When a process started, in the clock ticks of proc(5); a number that is used again does not have the same. '' where there is no /proc. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return ''; // gone, or a system without /proc
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone, which is what was wanted.
  }
}

class KeptOutput {
  dropped = 0;
  #head = '';
  #tail = '';

  add(text: string): void {
    const room = KEPT_HEAD - this.#head.length;
    this.#head += text.slice(0, Math.max(0, room));
    this.#tail += text.slice(Math.max(0, room));
    if (this.#tail.length > 2 * KEPT_TAIL) this.#cut();
  }

  text(): string {
    this.#cut();
    return this.dropped === 0 ? this.#head + this.#tail : `${this.#head}\n... ${this.dropped} characters were not kept ...\n${this.#tail}`;
  }

  #cut(): void {
    const excess = this.#tail.length - KEPT_TAIL;
    if (excess <= 0) return;
    this.#tail = this.#tail.slice(excess);
    this.dropped += excess;
  }
}
