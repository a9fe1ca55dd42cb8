/** The browser. */
export interface Browser {
  /** Its major version. */
  readonly major: string | undefined;
  /** Its name. */
  readonly name: string | undefined;
  /** Its version. */
  readonly version: string | undefined;
}

/** The processor. */
export interface Cpu {
  /** Its architecture. */
  readonly architecture: string | undefined;
}

/** The device. */
export interface Device {
  /** Its model. */
  readonly model: string | undefined;
  /** `console`, `embedded`, `mobile`, `smarttv`, `tablet` or `wearable`; `@std/http` misspells two in its union. */
  readonly type: string | undefined;
  /** Its vendor. */
  readonly vendor: string | undefined;
}

/** The engine of the browser. */
export interface Engine {
  /** Its name. */
  readonly name: string | undefined;
  /** Its version. */
  readonly version: string | undefined;
}

/** The operating system. */
export interface Os {
  /** Its name. */
  readonly name: string | undefined;
  /** Its version. */
  readonly version: string | undefined;
}

/** What a `User-Agent` header says, read on demand. */
export class UserAgent {
  #private;
  /** Of a header; `null` is an empty one. */
  constructor(ua: string | null);
  /** The browser. */
  get browser(): Browser;
  /** The processor. */
  get cpu(): Cpu;
  /** The device. */
  get device(): Device;
  /** The engine of the browser. */
  get engine(): Engine;
  /** The operating system. */
  get os(): Os;
  /** The header itself. */
  get ua(): string;
  /** All getters as a plain object. */
  toJSON(): { browser: Browser; cpu: Cpu; device: Device; engine: Engine; os: Os; ua: string };
  /** The header itself. */
  toString(): string;
}
