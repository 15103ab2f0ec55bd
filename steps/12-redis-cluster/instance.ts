// The name of this instance: a PaaS sets DYNO. Without a platform there is just one.

export const instance = process.env.DYNO || 'web.1'
