// The names of our channels: KIND:<user>:<job>.

export type Kind = 'JOB' | 'PROGRESS' | 'DONE'

export interface Address {
  kind: string
  user: string
  name: string
}

/** The channel for a user's job, its progress or its result. */
export function channelOf(kind: Kind, user: string, name: string): string {
  return [kind, encode(user), encode(name)].join(':')
}

/** The parts of a channel, or undefined if channelOf() does not create such a name. */
export function readChannel(channel: string): Address | undefined {
  const [kind = '', ...encoded] = channel.split(':')
  const [user, name, ...more] = encoded.map(decode)
  // "%61da" would be decoded to "ada", too, and each user has only one spelling.
  if (!user || !name || more.length > 0) return undefined
  if (channel !== `${kind}:${encode(user)}:${encode(name)}`) return undefined
  return { kind, user, name }
}

// TODO(2) A user may be called "ada:primes", "*" or "[ag]*". Encode ":", "*" and "[" so that decode()
// below is the reverse. Encode "%", too: otherwise the users "a:b" and "a%3Ab" share a channel.
// (encodeURIComponent() does not encode "*". It is special in patterns alone: the check accepts it.)
function encode(text: string): string {
  return text
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
