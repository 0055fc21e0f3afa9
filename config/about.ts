import { z } from 'zod';

/** What the sample file and the table of environment variables say of an option. */
export interface About {
  readonly description: string;
  /** The environment variable that sets it; it goes before the file. */
  readonly env?: string;
  /** Shown, commented out, where the default is nothing. */
  readonly example?: unknown;
}

/** The descriptions of all options, beside the schema that they belong to. */
export const about = z.registry<About>();
