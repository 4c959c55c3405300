import { serviceRelations, type FactIndex, type RankedDeclaration } from '../../src/index.js';
import { nameList } from './name-list.js';
import type { Declared } from './type-declarations.js';

/**
 * What to do with declarations of one thing: keep the owner and import it; delete what nobody imports; and where the owner's package
 * depends on a copy's package, which therefore cannot import it, generate one from the other or move it down. `merge`: the copies have
 * something that the owner lacks.
 */
export function keepOneRemedy(facts: FactIndex, name: string, owner: RankedDeclaration<Declared>, copies: readonly RankedDeclaration<Declared>[], merge: boolean): string {
  const place = owner.fact.file.path;
  const unused = copies.filter((copy) => copy.fact.file.role === 'production' && owner.importers.production > 0 && isUnused(facts, copy));
  const used = copies.filter((copy) => !unused.includes(copy));
  const said: string[] = [];
  const below = packagesBelow(facts, owner, used);
  const lowest = below.length > 0 ? lowestPackage(facts, [owner, ...used]) : undefined;
  const held = used.find(({ fact }) => fact.file.service.name === lowest);
  if (held && below.length > 0) {
    said.push(`Keep ${name} in ${held.fact.file.path}${merge ? ', give it what the others add,' : ''} and import it in ${used.length === 1 ? place : 'the other files'}: ${owner.fact.file.service.name} depends on ${lowest}, which cannot import it.`);
  } else if (below.length > 0) {
    said.push(`Generate one ${name} from the other, or move it to a package that all of them may import: ${owner.fact.file.service.name} depends on ${nameList(below, 3)}, which cannot import it.`);
  } else if (used.length > 0) {
    const there = used.length === 1 ? (merge ? 'the other file' : used[0]!.fact.file.path) : 'the other files';
    said.push(`Keep ${name} in ${place}${merge ? ', move there what the others add,' : ''} and import it in ${there}.`);
  }
  if (unused.length > 0) {
    const paths = nameList(unused.map(({ fact }) => fact.file.path), 3);
    said.push(`Delete the unused ${unused.length === 1 ? 'copy' : 'copies'} in ${paths}${used.length > 0 ? '' : `; ${name} in ${place} is the one that is imported`}.`);
  }
  return said.join(' ');
}

/** Packages of copies on which the owner's package depends, and that cannot import it: libraries may import one another, but none a service. */
function packagesBelow(facts: FactIndex, owner: RankedDeclaration<Declared>, copies: readonly RankedDeclaration<Declared>[]): string[] {
  const own = owner.fact.file.service;
  const { dependsOn } = serviceRelations(facts);
  return [...new Set(copies.map(({ fact }) => fact.file.service.name))]
    .filter((service) => dependsOn(own.name, service) && (own.kind === 'service' || !dependsOn(service, own.name)));
}

/** The package that all the others depend on and that depends on none of them, if there is one. */
function lowestPackage(facts: FactIndex, members: readonly RankedDeclaration<Declared>[]): string | undefined {
  const { dependsOn } = serviceRelations(facts);
  const services = [...new Set(members.map(({ fact }) => fact.file.service.name))];
  return services.find((service) => services.every((other) => other === service || (dependsOn(other, service) && !dependsOn(service, other))));
}

/** Others could import it and nobody does: not another file, not the file itself, not those who install the package. */
function isUnused(facts: FactIndex, { fact, importers }: RankedDeclaration<Declared>): boolean {
  if (!fact.exported || importers.production + importers.test > 0) return false;
  const { path, service } = fact.file;
  const mentions = (text: string | undefined): boolean => text !== undefined && text.split(/[^\p{L}\p{N}_$]+/u).includes(fact.name);
  const own = facts.inFile(path, 'type').some(({ bases, fields }) => bases.some(mentions) || fields.some(({ type }) => mentions(type)))
    || facts.inFile(path, 'class').some(({ bases, fields }) => bases.some(mentions) || fields.some(({ type }) => mentions(type)))
    || facts.inFile(path, 'function').some(({ parameters, returnType }) => mentions(returnType) || parameters.some(({ type }) => mentions(type)));
  const valued = facts.inFile(path, 'uses').some(({ rows }) => rows.some((row) => {
    const [user, ...used] = row.split(' ');
    return user !== fact.name && used.includes(fact.name);
  }));
  if (own || valued || isImportedWhole(facts, path)) return false;
  return ![...facts.imports.entryPoints()].some((entry) => {
    if (facts.file(entry)?.service !== service) return false;
    const seen = facts.imports.definitionOf(entry, fact.name);
    return seen.status === 'defined' && seen.definition.path === path;
  });
}

/** Some file has the module, or one that hands on its names, as a whole (`import * as types`), and may take any name from it. */
function isImportedWhole(facts: FactIndex, path: string): boolean {
  const seen = new Set([path]);
  for (const module of seen) {
    for (const { file, fact, via } of facts.imports.importersOfModule(module)) {
      if (!fact.reExport) {
        if (via !== module || fact.names.some(({ imported }) => imported === '' || imported === '*')) return true;
      } else if (seen.size < MAX_BARRELS) seen.add(file.path);
    }
  }
  return false;
}

const MAX_BARRELS = 50;
