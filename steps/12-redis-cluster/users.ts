// Who can log in: three people, and users for load tests, user-1 to user-9999.
// Left out: passwords, and a database of users.

const USERS = new Set(['ada', 'grace', 'linus'])

export function isUser(name: unknown): name is string {
  return typeof name === 'string' && (USERS.has(name) || /^user-[1-9]\d{0,3}$/.test(name))
}
