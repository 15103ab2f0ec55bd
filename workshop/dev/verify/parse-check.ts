/** The names in a check's source. */
export interface CheckSource {
  /** The slug in `defineCheck('04-sigterm', …)`. */
  slug: string | undefined
  /** The names in `goal('…', …)`, in order. */
  goals: string[]
}

const string = /'(?:\\[^]|[^'\\\n])*'|"(?:\\[^]|[^"\\\n])*"|`(?:\\[^]|[^`\\])*`/.source

/** Reads the names out of a check's source, without running it. */
export function parseCheck(source: string): CheckSource {
  const code = withoutComments(source)
  return { slug: firstArguments(code, 'defineCheck')[0], goals: firstArguments(code, 'goal') }
}

function firstArguments(code: string, name: string): string[] {
  const call = new RegExp(String.raw`(?<![\w.])${name}\(\s*(${string})`, 'g')
  return [...code.matchAll(call)].map(([, literal = '']) => valueOf(literal))
}

// Only comments that fill their lines: `//` within a line may be part of a URL in a string.
function withoutComments(source: string): string {
  return source.replaceAll(/^\s*\/\/.*$/gm, '').replaceAll(/^\s*\/\*[^]*?\*\//gm, '')
}

const letters: Record<string, string> = { n: '\n', t: '\t', r: '\r' }

function valueOf(literal: string): string {
  return literal
    .slice(1, -1)
    .replaceAll(/\\u\{([0-9a-f]+)\}|\\u([0-9a-f]{4})/gi, (_, long, short) =>
      String.fromCodePoint(Number.parseInt(long ?? short, 16)),
    )
    .replaceAll(/\\(\r?\n|[^])/g, (_, sign: string) =>
      sign.endsWith('\n') ? '' : (letters[sign] ?? sign),
    )
}
