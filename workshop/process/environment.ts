const strippedVariables =
  /^(REDIS|DYNO$|PORT$|(SESSION|JWT)_SECRET$|NODE_|VITE|TEST$|npm_|FORCE_COLOR$|WORKSHOP_)/i

/**
 * The environment of an instance: the learner's own (PATH, HOME, language, …) without
 * everything the workshop decides and without what a test runner leaves behind, plus what
 * is given.
 *
 * @param given the config vars of this instance, for example `REDIS_URL` and `DYNO`
 */
export function instanceEnv(given: Record<string, string>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !strippedVariables.test(name),
  )
  return { ...Object.fromEntries(inherited), ...given }
}
