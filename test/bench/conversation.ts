/** One who takes part, as both sides get to know them. */
export interface Speaker {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly instructions: string;
  readonly skills: readonly string[];
}

const speaker = (name: string, description: string, skills: readonly string[]): Speaker => ({
  id: name.toLowerCase(),
  name,
  description,
  instructions: `You are ${name}. ${description} You answer in a few sentences, and say so when you are not sure.`,
  skills,
});

export const speakers: readonly Speaker[] = [
  speaker('Ada', 'Builds and reviews software.', ['code', 'architecture', 'database', 'deployment', 'bug']),
  speaker('Bruno', 'Works with data and numbers.', ['data', 'statistics', 'cost', 'forecast', 'table']),
  speaker('Clara', 'Researches and writes.', ['research', 'writing', 'text', 'translation', 'sources']),
  speaker('Dora', 'Plans work and keeps dates.', ['plan', 'schedule', 'deadline', 'meeting', 'risk']),
];

/** What a person says to the group, and who is meant to answer, in order. */
export interface Line {
  readonly text: string;
  readonly meant: readonly string[];
}

const line = (text: string, ...meant: readonly string[]): Line => ({ text, meant });

/** Twenty messages about one small project: people name whom they mean, or go on with whom they spoke to last; one asks two. */
export const conversation: readonly Line[] = [
  line(
    'We want to open our archive of old photographs to the public. Which architecture and database would fit?',
    'ada',
  ),
  line('It has about 80,000 pictures, and most of them have a handwritten note on the back.', 'ada'),
  line('@Bruno what would the storage cost in a year, if a picture takes 12 MB?', 'bruno'),
  line('And if we keep a smaller copy of each as well, 400 kB or so?', 'bruno'),
  line('Clara, please draft two sentences for the front page that say what people will find there.', 'clara'),
  line('A little less solemn, please. School classes should feel welcome too.', 'clara'),
  line('@Dora when could we open, if scanning starts in March with two volunteers?', 'dora'),
  line('They manage about 300 pictures a day between them.', 'dora'),
  line('@Ada could people who recognise somebody in a picture tell us so, without an account?', 'ada'),
  line('What keeps spam out of that?', 'ada'),
  line('@Bruno how many such notes must somebody read a week, if one visitor in fifty writes one?', 'bruno'),
  line('We expect 4,000 visitors a month, most of them in autumn.', 'bruno'),
  line('@Clara are there archives that have done this well, which we could learn from?', 'clara'),
  line('@Ada @Dora what is the biggest risk, technically and in the calendar?', 'ada', 'dora'),
  line('Can we open with a part of the pictures, to be earlier?', 'dora'),
  line('@Bruno which part would that be, if we want every decade to be there?', 'bruno'),
  line('@Clara how should we word it, that the rest is still to come?', 'clara'),
  line('Good. Shorter still?', 'clara'),
  line('@Ada what do you need from us to begin?', 'ada'),
  line('@Dora please sum up who does what until the end of the month.', 'dora'),
];
