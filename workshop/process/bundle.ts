import * as esbuild from 'esbuild'
import { dataPath } from '../paths.ts'

/** A program that is not TypeScript, or imports what is not there. */
export class CompileError extends Error {
  override readonly name = 'CompileError'

  /** @param problems esbuild's findings, each with its place in the source where it has one */
  constructor(readonly problems: readonly esbuild.Message[]) {
    super(problems.map(describe).join('\n'))
  }
}

/** How everything is compiled. Source maps name the sources relative to `outdir`. */
export const esbuildOptions = {
  bundle: true,
  outdir: dataPath('build'),
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: 'inline',
  write: false,
  logLevel: 'silent',
} satisfies esbuild.BuildOptions

/** Makes one JavaScript file of a program. @throws CompileError */
export async function bundle(options: esbuild.BuildOptions): Promise<Uint8Array> {
  const { outputFiles } = await asCompileError(esbuild.build(options))
  const file = outputFiles?.[0]
  if (!file) throw new Error('esbuild wrote nothing')
  return file.contents
}

/** Waits for esbuild. @throws CompileError when it found a mistake in the code */
export async function asCompileError<T>(made: Promise<T>): Promise<T> {
  try {
    return await made
  } catch (error) {
    if (isBuildFailure(error)) throw new CompileError(error.errors)
    throw error
  }
}

function isBuildFailure(error: unknown): error is esbuild.BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors)
}

function describe({ text, location }: esbuild.Message): string {
  return location ? `${location.file}:${location.line}:${location.column}: ${text}` : text
}
