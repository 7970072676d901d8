/** From where and by what means somebody asks: what policies of access may speak of besides person, act and thing. */
export interface Circumstances {
  /** `machine`: by a command on the machine itself. */
  readonly means: 'session' | 'token' | 'machine';
  /** IP address of whoever asks. */
  readonly address: string | null;
  /** As ISO 3166 has it. */
  readonly country: string | null;
  /** Region from which is asked. */
  readonly region: string | null;
  /** What for, as the request said; a word of the form of `PURPOSE`. */
  readonly purpose: string | null;
  /** RFC 3339; the last strong proof of presence, null where there was none. */
  readonly steppedUpAt: string | null;
  /** Of a machine: all that its token is for; null for people, whose role decides. */
  readonly scope: readonly string[] | null;
}

/** Where nothing is known of them: an act that asks for a proof of presence is refused. */
export const UNKNOWN_CIRCUMSTANCES: Circumstances = {
  means: 'session',
  address: null,
  country: null,
  region: null,
  purpose: null,
  steppedUpAt: null,
  scope: null,
};

/** Of a command on the machine: whoever runs it has the machine, and is asked for no proof of presence. */
export const ON_THE_MACHINE: Circumstances = { ...UNKNOWN_CIRCUMSTANCES, means: 'machine' };

/** Form of a purpose: a word such as `legal-claim`, or a ground of transfer such as `transfer/adequacy`. */
export const PURPOSE = /^[a-z0-9][a-z0-9/-]{0,59}$/;
