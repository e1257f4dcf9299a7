import { readFileSync } from 'node:fs';

/** Something that the library exports, as the compiler declares it. */
export interface Exported {
  readonly name: string;
  readonly kind: 'function' | 'class' | 'type';
  /** What stands above it, without the marks of a comment. */
  readonly doc: string;
  /** The declaration, with the comments within it. */
  readonly declaration: string;
}

/**
 * What `dist/index.d.ts` exports, in its order.
 *
 * @param index its address. It is the compiler's, so its form is known: declarations begin at the begin of a line, and all that
 *   belongs to one is indented or a bracket.
 * @throws Error for an export whose declaration is not found, or that has no comment.
 */
export function exportedOf(index: URL): Exported[] {
  return reexports(readFileSync(index, 'utf8')).map(({ name, from }) =>
    declarationOf(name, new URL(from, index)),
  );
}

/** The names that a module takes from others, and from which. */
function reexports(source: string): { name: string; from: string }[] {
  return [...source.matchAll(/^(?:export|import) (?:type )?\{([^}]*)\} from '([^']+)';$/gm)].flatMap(
    ([, names = '', from = '']) =>
      names
        .split(',')
        .map(name => name.trim().replace(/^type /, ''))
        .filter(name => name !== '')
        .map(name => ({ name, from: from.replace(/\.js$/, '.d.ts') })),
  );
}

function declarationOf(name: string, module: URL): Exported {
  const source = readFileSync(module, 'utf8');
  const found = new RegExp(
    `^export (?:declare )?(?:abstract )?(function|const|class|interface|type) ${name}\\b`,
    'm',
  ).exec(source);
  if (found === null) {
    const other = reexports(source).find(reexport => reexport.name === name);
    if (other === undefined) throw new Error(`${module.pathname} does not declare ${name}`);
    return declarationOf(name, new URL(other.from, module));
  }
  const [first = '', ...rest] = source.slice(found.index).split('\n');
  const after = rest.findIndex(line => /^[^\s})\]>|]/.test(line));
  const lines = [first, ...rest.slice(0, after < 0 ? rest.length : after)];
  const doc = docAbove(source.slice(0, found.index));
  if (doc === '' || doc.startsWith('@'))
    throw new Error(`${module.pathname}: ${name} is exported without a comment that says what it is`);
  return {
    name,
    kind: found[1] === 'function' || found[1] === 'class' ? found[1] : 'type',
    doc,
    declaration: lines
      .join('\n')
      .trimEnd()
      .replace(/^export (?:declare )?/, ''),
  };
}

/** The comment that a text ends with. */
function docAbove(text: string): string {
  const begin = text.lastIndexOf('/**');
  if (begin < 0 || !/\*\/\n$/.test(text) || text.indexOf('*/', begin) !== text.length - 3) return '';
  return text
    .slice(begin + 3, -3)
    .split('\n')
    .map(line => line.replace(/^\s*\* ?/, '').trimEnd())
    .join('\n')
    .trim();
}
