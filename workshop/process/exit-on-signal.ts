// Loaded into an instance when a check has to end its cluster workers in the way in which an error
// that no code caught ends them: with exit code 1, and not by a signal.
if (process.send !== undefined) process.on('SIGUSR2', () => process.exit(1))
