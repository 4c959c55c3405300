// npm run walls: checks the walls between folders, and that the cruise saw the house at all (with a TypeScript that it cannot use,
// dependency-cruiser cruises nothing and is content).
import { cruise, format } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import configuration from '../.dependency-cruiser.mjs';

const MINIMUM_MODULES = 50;

const { output } = await cruise(['src', 'rules'], { ruleSet: configuration, validate: true, ...configuration.options, outputType: 'json' }, undefined, {
  tsConfig: extractTSConfig('./tsconfig.json'),
});
const result = JSON.parse(output);
const modules = result.modules.filter(({ source }) => /^(src|rules)\//.test(source)).length;
const report = await format(result, { outputType: 'err' });
process.stdout.write(report.output);
if (modules < MINIMUM_MODULES) {
  process.stderr.write(`Only ${modules} modules were cruised; the check would be empty.\n`);
  process.exitCode = 1;
} else {
  process.stdout.write(`${modules} modules cruised\n`);
  process.exitCode = report.exitCode === 0 ? 0 : 1;
}
