// The pieces of the solution that wrong programs replace.

/** In primary.ts: a worker has ended, and the primary does not shut down. */
export const replaces =
  'setTimeout(() => fork(name), restartDelay(name, performance.now() - servingSince))'

/** In primary.ts: each worker gets SIGTERM. */
export const signalsWorkers = "for (const worker of workers) worker.process.kill('SIGTERM')"

/** In primary.ts: those that are left are killed. */
export const killsWorkers = "for (const worker of workers) worker.process.kill('SIGKILL')"

/** In primary.ts: what startPrimary() begins with, once signals are handled. */
export const freesPort = '  await killPortOwner(Number(process.env.PORT || 3000))\n'

/** In chat.ts: the subscription. */
export const opens =
  '      await openDispatch(bus) // first: a connected device must not miss a message\n'

/** In dispatch.ts: the message is published. */
export const publish = 'bus.emit(CHANNEL, message)'
