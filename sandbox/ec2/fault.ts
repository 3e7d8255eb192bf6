/** A refusal of the EC2 API, told to the client as its error XML. */
export class Ec2Fault extends Error {
  readonly status: number;
  readonly code: string;

  /** Takes the HTTP status, EC2's error code, and the text for people. */
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}
