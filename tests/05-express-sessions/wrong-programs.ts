import { type WrongPrograms, replaceIn, writeFile } from '../../workshop/check/suite.ts'
import { requests } from './wrong-programs/requests.ts'
import { sessions } from './wrong-programs/sessions.ts'

/** The diagnosis of the untouched starter. */
export const starter = 's5-memory-store'

/** Wrong programs, edits of the solution, by the diagnosis that they prove. */
export const wrongPrograms: WrongPrograms = {
  ...requests,
  ...sessions,
  's1-env-never-read': {
    'the address is hard-coded': replaceIn(
      'client.ts',
      'redisAddress()',
      "{ url: 'redis://127.0.0.1:1', host: 'redis', port: 1 }",
    ),
  },
  'does-not-compile': {
    'a bracket too few': replaceIn('sessions.ts', 'return session({', 'return session(({'),
  },
  throws: { 'at start': replaceIn('index.ts', 'try {', 'undefinedFunction()\ntry {') },
  'awaits-forever': {
    'no connect()': replaceIn(
      'index.ts',
      'await Promise.all([client.connect(), client2.connect(), client_sessions.connect()])',
      '',
    ),
  },
  'listens-elsewhere': { 'port 3000': replaceIn('server.ts', 'process.env.PORT || 3000', '0') },
  'request-unanswered': {
    'createServer() without the app': replaceIn(
      'index.ts',
      "createServer(newApp(newSessions(client_sessions), 'sessions.html'))",
      'createServer()',
    ),
    'a logout that sends nothing': replaceIn(
      'login.ts',
      "res.clearCookie('connect.sid').json({ instance })",
      "res.clearCookie('connect.sid')",
    ),
  },
  'does-nothing': { 'an empty file': writeFile('index.ts', '') },
  'sends-nothing': {
    'waits forever': replaceIn(
      'index.ts',
      'try {',
      'await new Promise((_) => setInterval(_, 1e9))\ntry {',
    ),
  },
}
