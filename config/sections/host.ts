import { z } from 'zod';

const pattern = /^(?:\*\.)?(?=.*[a-z])[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?$/;

/** A host, or all below one, and a port of it. */
export const host = () =>
  z.string().max(253).regex(pattern, 'a host in lower case, such as pypi.org, *.example.org or packages.internal:8080');
