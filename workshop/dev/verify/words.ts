// Words that a reader would have to learn before they can learn Redis, and what to write instead.
const words: [RegExp, string][] = [
  [/\bfarewells?\b|\bgoodbye\b|\blast words\b/i, 'graceful shutdown, shut down, "stopped"'],
  [/\b(who|what)ever\b/i, 'the client, the process, a user ...'],
  [/\b(some|no|every|any)body\b/i, 'client, process, instance, user, subscribers'],
  [/\bhears?\b|\bheard\b|\baudience\b/i, 'receive, subscriber'],
  [/\bdial(s|led|ling)?\b|\bknock(s|ed)?\b/i, 'connect, reconnect'],
  [/\bnonsense\b/i, 'malformed message, invalid input'],
  [/\bstands? in the (code|environment)\b/i, 'hard-coded; environment variable'],
  [/\bfor ever\b/i, 'forever'],
  [/\bas long as\b/i, 'until, before, provided that'],
]

/**
 * Where a text for learners uses words of our own.
 *
 * @returns one line for each place, such as `12: "nobody": write client, process …`
 */
export function checkWords(text: string): string[] {
  return text.split('\n').flatMap((line, at) =>
    words.flatMap(([pattern, instead]) => {
      const found = pattern.exec(line)?.[0]
      return found ? [`line ${at + 1}: "${found}"; write: ${instead}`] : []
    }),
  )
}
