import { type WrongPrograms, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { inAuth } from '../edits.ts'

const reads = 'new TextEncoder().encode(process.env.JWT_SECRET)'
const verifies = '  // The algorithm is ours to choose.'
const checksAud = '    audience: AUDIENCE,\n'
const refuses = "return next(new Error(token ? 'invalid or expired token' : 'token missing'))"
const imports = "import { jwtVerify, SignJWT } from 'jose'"

/** Wrong tokens, secrets and routes. */
export const tokens: WrongPrograms = {
  's10-mock-token': {
    'the token of step 9': inAuth(
      '  return new SignJWT()',
      '  if (user) return Promise.resolve(`token-of-${user}`)\n  return new SignJWT()',
    ),
  },
  's10-claim-missing': {
    'no aud': combine(inAuth('    .setAudience(AUDIENCE)\n', ''), inAuth(checksAud, '')),
    'the user in a claim of its own': combine(
      inAuth('    .setSubject(user)\n', ''),
      inAuth('new SignJWT()', 'new SignJWT({ user })'),
      inAuth("payload.sub ?? ''", "String(payload['user'])"),
      inAuth("['sub', 'exp']", "['user', 'exp']"),
    ),
  },
  's10-no-expiry': {
    'setExpirationTime() left out': inAuth('    .setExpirationTime(LIFETIME)\n', ''),
  },
  's10-exp-in-milliseconds': {
    'Date.now() and an hour': inAuth(
      '.setExpirationTime(LIFETIME)',
      '.setExpirationTime(Date.now() + 3_600_000)',
    ),
  },
  's10-exp-in-the-past': {
    'an hour in seconds': inAuth("LIFETIME = '1h'", 'LIFETIME = 3600'),
    'the time at which it is made': inAuth("LIFETIME = '1h'", "LIFETIME = '0s'"),
  },
  's10-unsigned-token': {
    'an unsecured JWT': combine(
      inAuth(imports, "import { jwtVerify, SignJWT, UnsecuredJWT } from 'jose'"),
      inAuth(
        '  return new SignJWT()',
        `  if (user) {
    const unsigned = new UnsecuredJWT().setSubject(user).setIssuer(ISSUER).setAudience(AUDIENCE)
    return Promise.resolve(unsigned.setExpirationTime(LIFETIME).encode())
  }
  return new SignJWT()`,
      ),
    ),
  },
  's10-secret-per-process': {
    'random bytes': combine(
      inAuth(reads, 'OWN'),
      inAuth(
        'const ISSUER',
        'const OWN = crypto.getRandomValues(new Uint8Array(32))\nconst ISSUER',
      ),
    ),
    'the name of the instance in it': inAuth(
      reads,
      'new TextEncoder().encode(process.env.JWT_SECRET + process.env.DYNO)',
    ),
  },
  's10-other-secret': {
    'hard-coded': inAuth(
      reads,
      "new TextEncoder().encode('a secret that is in the repository')",
    ),
    'the hash of the secret': combine(
      inAuth(reads, "createHash('sha256').update(process.env.JWT_SECRET ?? '').digest()"),
      inAuth(imports, `import { createHash } from 'node:crypto'\n${imports}`),
    ),
    'taken for base64': inAuth(
      reads,
      "Buffer.from(process.env.JWT_SECRET + 'AAAAAAAAAAAAAAAAAA', 'base64')",
    ),
  },
  's10-good-token-refused': {
    'another aud is demanded than is signed': inAuth(checksAud, "    audience: 'devices',\n"),
    'the token is looked for in the address': inAuth(
      'socket.handshake.auth\n',
      'socket.handshake.query\n',
    ),
  },
  's10-dropped-at-once': {
    'seconds compared with milliseconds': inAuth(
      '(payload.exp ?? 0) * 1000',
      'payload.exp ?? 0',
    ),
  },
  's10-no-token-accepted': {
    'next() without an error': inAuth(refuses, 'return next()'),
    'verified after it is connected': combine(
      inAuth(refuses, 'socket.data.expiresAt = 0\n    return next()'),
    ),
  },
  's10-mock-still-accepted': {
    'for old devices': inAuth(
      verifies,
      `  const [, mock] = /^token-of-(\\w+)$/.exec(String(token)) ?? []
  if (mock) return { user: mock, expiresAt: Date.now() + 3_600_000 }
${verifies}`,
    ),
  },
  's10-decode-only': {
    'decodeJwt()': combine(
      inAuth(imports, "import { decodeJwt, jwtVerify, SignJWT } from 'jose'"),
      inAuth(
        verifies,
        `  if (token) {
    const { sub, exp } = decodeJwt(String(token))
    return { user: sub ?? '', expiresAt: (exp ?? 0) * 1000 }
  }
${verifies}`,
      ),
    ),
  },
  's10-none-accepted': {
    'the header decides': combine(
      inAuth(
        imports,
        "import { decodeProtectedHeader, jwtVerify, SignJWT, UnsecuredJWT } from 'jose'",
      ),
      inAuth(
        verifies,
        `  if (token && decodeProtectedHeader(String(token)).alg === 'none') {
    const { payload } = UnsecuredJWT.decode(String(token))
    return { user: payload.sub ?? '', expiresAt: (payload.exp ?? 0) * 1000 }
  }
${verifies}`,
      ),
    ),
  },
  's10-expired-accepted': {
    'the clock stands still': inAuth(
      "requiredClaims: ['sub', 'exp'],",
      "requiredClaims: ['sub', 'exp'],\n    currentDate: new Date(0),",
    ),
  },
  's10-any-audience': {
    'aud is not checked': inAuth(checksAud, ''),
    'options named like the claims': combine(
      inAuth('    issuer: ISSUER,\n', '    iss: ISSUER,\n'),
      inAuth(checksAud, '    aud: AUDIENCE,\n'),
    ),
  },
  's10-refused-in-state': {
    'added while the token is verified': combine(
      inAuth(
        "import type { DeviceState } from './catch-up.ts'",
        "import type { DeviceState } from './catch-up.ts'\nimport { socketsState } from './sockets-state.ts'",
      ),
      inAuth(imports, "import { decodeJwt, jwtVerify, SignJWT } from 'jose'"),
      inAuth(
        '  try {\n    Object.assign',
        `  try {
    socketsState.add(decodeJwt(String(token)).sub ?? '', socket)
    Object.assign`,
      ),
    ),
  },
  's10-timer-overflow': {
    'one timer': inAuth(
      'setTimeout(wait, Math.min(left, MAX_TIMEOUT_MS))',
      'setTimeout(() => socket.disconnect(true), left)',
    ),
  },
  's10-long-timer-cut': {
    'one timer of at most 24.8 days': inAuth(
      'setTimeout(wait, Math.min(left, MAX_TIMEOUT_MS))',
      'setTimeout(() => socket.disconnect(true), Math.min(left, MAX_TIMEOUT_MS))',
    ),
  },
  's10-long-timer-once': {
    'looks at the clock once, after 24.8 days': inAuth(
      'setTimeout(wait, Math.min(left, MAX_TIMEOUT_MS))',
      `setTimeout(
      () => { if (Date.now() >= socket.data.expiresAt) socket.disconnect(true) },
      Math.min(left, MAX_TIMEOUT_MS),
    )`,
    ),
  },
  's10-never-dropped': {
    'verified when it connects': replaceIn(
      'connection.ts',
      '  disconnectWhenExpired(socket)\n',
      '',
    ),
    'an hour after it has connected': inAuth(
      '(payload.exp ?? 0) * 1000',
      'Date.now() + 3_600_000',
    ),
  },
  's10-good-secret-refused': {
    'exactly 32 bytes': inAuth(
      'key.length >= MIN_SECRET_BYTES',
      'key.length > MIN_SECRET_BYTES',
    ),
    'decoded from base64': inAuth(reads, "Buffer.from(process.env.JWT_SECRET ?? '', 'base64')"),
    'decoded from hex': inAuth(reads, "Buffer.from(process.env.JWT_SECRET ?? '', 'hex')"),
  },
  's10-starts-without-secret': {
    'a default': inAuth(
      reads,
      "new TextEncoder().encode(process.env.JWT_SECRET || 'a default that is in the repository')",
    ),
    'looked at when the first user logs in': replaceIn(
      'chat.ts',
      '  secretKey() // refuse to start without one\n',
      '  void secretKey\n',
    ),
  },
  's10-short-secret-accepted': {
    'any length': inAuth('key.length >= MIN_SECRET_BYTES', 'key.length > 0'),
  },
  's10-secret-in-message': {
    'to be helpful': inAuth('random bytes`', 'random bytes, not ${process.env.JWT_SECRET}`'),
  },
  'code-error': {
    'its length is read when there is none': inAuth(
      '  const key = new TextEncoder().encode(process.env.JWT_SECRET)\n',
      `  const secret = process.env.JWT_SECRET as string
  const key = new TextEncoder().encode(secret.slice(0))
`,
    ),
  },
  's10-secret-stack': {
    'thrown while auth.ts is imported': inAuth(
      '/** A token for a user who has logged in. */',
      'secretKey()\n\n/** A token for a user who has logged in. */',
    ),
    'printed as a whole': replaceIn(
      'fail.ts',
      'console.error(messageOf(error))',
      'console.error(error)',
    ),
  },
  's10-refuses-with-code-0': {
    'it has been reported': replaceIn('fail.ts', 'process.exit(1)', 'process.exit(0)'),
  },
  's10-token-logged': {
    'each handshake': inAuth(
      '  const { token, lastId } = socket.handshake.auth\n',
      '  const { token, lastId } = socket.handshake.auth\n  console.log(socket.handshake.auth)\n',
    ),
    'those that are refused': inAuth(refuses, `console.warn('refused', token)\n    ${refuses}`),
  },
  's10-secret-logged': {
    'all config vars': replaceIn(
      'chat.ts',
      '  secretKey() // refuse to start without one\n',
      '  secretKey()\n  console.log(process.env)\n',
    ),
  },
  's10-secrets-in-redis': {
    'each token is remembered': combine(
      replaceIn(
        'history.ts',
        '/** The last messages of a conversation',
        `export const remember = (token: string) => client.set('token:' + token, '1')

/** The last messages of a conversation`,
      ),
      replaceIn('chat-app.ts', 'import { readHistory }', 'import { readHistory, remember }'),
      replaceIn(
        'chat-app.ts',
        '    res.json({ token: await signToken(user) })',
        `    const token = await signToken(user)
    await remember(token)
    res.json({ token })`,
      ),
    ),
  },
  's10-history-open': {
    'the user of the address': replaceIn(
      'chat-app.ts',
      'await userOf(req)',
      "(await userOf(req)) ?? String(req.query['user'] ?? 'ada')",
    ),
  },
  's10-history-of-any-user': {
    'the user of the address': combine(
      replaceIn(
        'chat-app.ts',
        "    if (asked !== user) return res.status(403).json({ error: 'not your conversation' })\n",
        '',
      ),
      replaceIn('chat-app.ts', 'readHistory(user, other)', 'readHistory(String(asked), other)'),
    ),
  },
}
