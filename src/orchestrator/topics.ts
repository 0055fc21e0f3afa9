/** What can be woken: rooms by chat id, turns by turn id. */
export const topics = { rooms: 'rooms', turns: 'turns' } as const;
