// Who can log in. Left out: passwords, and a database of users.

const USERS = ['ada', 'grace', 'linus']

export function isUser(name: unknown): name is string {
  return typeof name === 'string' && USERS.includes(name)
}

/** All users with whom a user may have a conversation, the user included: notes to oneself. */
export function contactsOf(_user: string): string[] {
  return USERS
}
