/** A fault that lasts until it is healed; healing twice is harmless. */
export interface Fault {
  heal(): Promise<void>;
}
