/** A refusal of a whole request, as Salesforce words it. */
export class ApiError extends Error {
  readonly status: number;
  readonly errorCode: string;
  constructor(status: number, errorCode: string, message: string) {
    super(message);
    this.status = status;
    this.errorCode = errorCode;
  }

  get body(): unknown {
    return [{ errorCode: this.errorCode, message: this.message }];
  }
}

/** An answer of the double. */
export interface DoubleAnswer {
  readonly status: number;
  /** JSON, or text where `type` says so. */
  readonly body?: unknown;
  readonly type?: string;
}
