/** A refusal of EC2 Instance Connect. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  /** Takes the HTTP status, AWS's error code, and the text for people. */
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}
