// Finishes a piece of packages, in whose folder it lies: writes the ES modules that programs
// import, and what V8 has compiled. Its arguments are the packages' names.
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { compiled, load, script } from './packages-load.ts'

const require = createRequire(import.meta.url)

for (const name of process.argv.slice(2)) {
  const original: object = await import(name)
  writeFileSync(join(import.meta.dirname, `${name}.mjs`), moduleOf(name, original))
}
// Functions that have run are in it, too.
writeFileSync(compiled, script.createCachedData())

// The names are those the package has for Node, which has ideas of its own about CommonJS.
function moduleOf(name: string, original: object): string {
  const loaded = Object(load(name))
  const exports = Object.entries(original).map(([key, value], i) => {
    const whole = value === require(name)
    if (!whole && !(key in loaded)) throw new Error(`${name} has lost its ${key}`)
    const from = whole ? 'it' : `it[${JSON.stringify(key)}]`
    return `const v${i} = ${from}\nexport { v${i} as ${JSON.stringify(key)} }`
  })
  const first = `import { load } from './load.mjs'\nconst it = load(${JSON.stringify(name)})`
  return [first, ...exports, ''].join('\n')
}
