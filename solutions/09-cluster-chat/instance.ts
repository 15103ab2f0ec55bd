// A PaaS names every instance in DYNO; by hand there is just one.

export const instance = process.env.DYNO || 'web.1'
