/** Creates the folder, and those above it, unless it exists. */
export function ensureDir(dir: string | URL): Promise<void>;

/** Creates the folder, and those above it, unless it exists, synchronously. */
export function ensureDirSync(dir: string | URL): void;
