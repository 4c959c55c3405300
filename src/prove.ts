import { changesSince, type ComparedTree } from './compare.js';
import { proofOf } from './gate/proof.js';
import { createPathMapper } from './linker/map-paths.js';
import type { Proof } from './model/proof.js';
import type { TestRun } from './model/test-run.js';
import type { ScanOptions } from './scan.js';

/** Sets together what speaks for a change that was compared with its base, and what is open. */
export async function proofFrom(options: ScanOptions, compared: ComparedTree, run: TestRun | undefined): Promise<Proof> {
  const { result, facts, renames } = compared;
  const changes = await changesSince(options, compared);
  const mapper = createPathMapper(facts.files.map(({ path }) => path), (run?.results ?? []).flatMap(({ file }) => (file === undefined ? [] : [file])));
  return proofOf({
    ...changes, run, result, facts, renames,
    pathOf(reported) {
      const paths = mapper.map(reported)?.paths ?? [];
      return paths.length === 1 ? paths[0] : undefined;
    },
  });
}
