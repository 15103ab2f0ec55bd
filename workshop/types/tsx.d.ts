// It registers itself when it is imported.
declare module 'tsx'
