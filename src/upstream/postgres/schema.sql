-- The level above: journals of every county below, as they stand there, and what is derived from them. Plain SQL: no
-- sequences, no deferrable constraints, no LISTEN, no advisory locks. The distribution column leads every primary key;
-- `-- @partition COLUMN` marks where a partition clause goes on engines that take one.
CREATE SCHEMA xueji;

CREATE TABLE xueji.meta (
  key   text NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (key)
);

CREATE TABLE xueji.tail (
  origin    text   NOT NULL,
  seq       bigint NOT NULL,
  seal      bytea  NOT NULL,
  signature bytea  NOT NULL,
  via       text   NOT NULL,
  PRIMARY KEY (origin)
);

CREATE TABLE xueji.entry (
  origin  text   NOT NULL,
  seq     bigint NOT NULL,
  at      text   NOT NULL,
  day     text   NOT NULL,
  actor   text   NOT NULL,
  change  text   NOT NULL,
  student uuid,
  batch   bigint NOT NULL,
  body    text   NOT NULL,
  seal    bytea  NOT NULL,
  PRIMARY KEY (origin, seq)
)-- @partition origin
;

CREATE TABLE xueji.batch (
  origin text   NOT NULL,
  number bigint NOT NULL,
  kind   text   NOT NULL,
  title  text   NOT NULL,
  day    text   NOT NULL,
  at     text   NOT NULL,
  actor  text   NOT NULL,
  counts text   NOT NULL,
  undoes bigint,
  PRIMARY KEY (origin, number)
);

CREATE TABLE xueji.attachment (
  hash  text  NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (hash)
);

CREATE TABLE xueji.school (
  origin        text   NOT NULL,
  code          text   NOT NULL,
  name          text   NOT NULL,
  division      text   NOT NULL,
  authority     text   NOT NULL,
  stages        text   NOT NULL,
  primary_years bigint NOT NULL,
  junior_years  bigint NOT NULL,
  senior_years  bigint NOT NULL,
  sponsor       text   NOT NULL,
  closed_on     text,
  merged_into   text,
  files_to      text,
  PRIMARY KEY (origin, code)
);

CREATE TABLE xueji.class (
  origin     text   NOT NULL,
  school     text   NOT NULL,
  number     text   NOT NULL,
  name       text   NOT NULL,
  stage      text   NOT NULL,
  entry_year bigint NOT NULL,
  PRIMARY KEY (origin, school, number)
);

CREATE TABLE xueji.student (
  origin          text NOT NULL,
  id              uuid NOT NULL,
  name            text NOT NULL,
  sex             text NOT NULL,
  birth_date      text NOT NULL,
  document_kind   text NOT NULL,
  document_number text,
  document_key    text,
  identity_key    text,
  status          text NOT NULL,
  number          text,
  details         text NOT NULL,
  PRIMARY KEY (origin, id)
)-- @partition origin
;

CREATE TABLE xueji.enrollment (
  origin  text   NOT NULL,
  student uuid   NOT NULL,
  ordinal bigint NOT NULL,
  school  text   NOT NULL,
  class   text   NOT NULL,
  since   text   NOT NULL,
  until   text,
  PRIMARY KEY (origin, student, ordinal)
)-- @partition origin
;

CREATE TABLE xueji.number (
  origin  text NOT NULL,
  number  text NOT NULL,
  student uuid NOT NULL,
  since   text NOT NULL,
  until   text,
  PRIMARY KEY (origin, number)
)-- @partition origin
;
CREATE INDEX number_by_number ON xueji.number (number);

CREATE TABLE xueji.flag (
  origin  text NOT NULL,
  student uuid NOT NULL,
  flag    text NOT NULL,
  since   text NOT NULL,
  basis   text NOT NULL,
  PRIMARY KEY (origin, student, flag)
);

CREATE TABLE xueji.change (
  origin        text   NOT NULL,
  student       uuid   NOT NULL,
  ordinal       bigint NOT NULL,
  kind          text   NOT NULL,
  day           text   NOT NULL,
  status_before text   NOT NULL,
  status        text   NOT NULL,
  school_before text,
  class_before  text,
  school        text,
  class         text,
  reason        text,
  note          text,
  application   text,
  PRIMARY KEY (origin, student, ordinal)
)-- @partition origin
;

CREATE TABLE xueji.application (
  origin    text NOT NULL,
  id        text NOT NULL,
  kind      text NOT NULL,
  student   uuid,
  state     text NOT NULL,
  opened_on text NOT NULL,
  opened_by text NOT NULL,
  closed_on text,
  fields    text NOT NULL,
  PRIMARY KEY (origin, id)
);

CREATE TABLE xueji.step (
  origin      text   NOT NULL,
  application text   NOT NULL,
  ordinal     bigint NOT NULL,
  party       text   NOT NULL,
  office      text   NOT NULL,
  arrived_on  text,
  decision    text,
  reason      text,
  decided_on  text,
  decided_by  text,
  PRIMARY KEY (origin, application, ordinal)
);

CREATE TABLE xueji.dispute (
  origin     text NOT NULL,
  id         text NOT NULL,
  kind       text NOT NULL,
  suspect    text,
  reason     text NOT NULL,
  opened_on  text NOT NULL,
  opened_by  text NOT NULL,
  decision   text,
  waiver     text,
  decided_by text,
  decided_on text,
  PRIMARY KEY (origin, id)
);

CREATE TABLE xueji.party (
  origin  text   NOT NULL,
  dispute text   NOT NULL,
  ordinal bigint NOT NULL,
  student uuid   NOT NULL,
  outcome text,
  PRIMARY KEY (origin, dispute, ordinal)
);

CREATE TABLE xueji.claim (
  origin     text   NOT NULL,
  dispute    text   NOT NULL,
  ordinal    bigint NOT NULL,
  student    uuid   NOT NULL,
  kind       text   NOT NULL,
  attends    bigint NOT NULL,
  text       text   NOT NULL,
  fields     text   NOT NULL,
  claimed_on text   NOT NULL,
  claimed_by text   NOT NULL,
  PRIMARY KEY (origin, dispute, ordinal)
);

CREATE TABLE xueji.evidence (
  origin   text   NOT NULL,
  subject  text   NOT NULL,
  ordinal  bigint NOT NULL,
  hash     text   NOT NULL,
  name     text   NOT NULL,
  length   bigint NOT NULL,
  note     text   NOT NULL,
  added_on text   NOT NULL,
  added_by text   NOT NULL,
  PRIMARY KEY (origin, subject, ordinal)
);

CREATE TABLE xueji.message (
  origin  text   NOT NULL,
  stream  text   NOT NULL,
  number  bigint NOT NULL,
  via     text   NOT NULL,
  at      text   NOT NULL,
  day     text   NOT NULL,
  actor   text   NOT NULL,
  kind    text   NOT NULL,
  pupil   text,
  body    text   NOT NULL,
  seal    text   NOT NULL,
  state   text   NOT NULL,
  outcome text   NOT NULL,
  PRIMARY KEY (origin, stream, number)
);

-- Blocking keys of pupils, so that the database finds who shares one; together by key, wherever the pupils are. `keyed` says
-- up to which entry of a journal they are made.
CREATE TABLE xueji.keyed (
  origin text   NOT NULL,
  seq    bigint NOT NULL,
  PRIMARY KEY (origin)
);

CREATE TABLE xueji.block (
  key     bigint NOT NULL,
  sort    bigint NOT NULL,
  origin  text   NOT NULL,
  student uuid   NOT NULL,
  PRIMARY KEY (key, sort, origin, student)
);
CREATE INDEX block_by_student ON xueji.block (origin, student);

-- Pairs of different offices that may be one child.
CREATE TABLE xueji.suspect (
  id           text   NOT NULL,
  one_origin   text   NOT NULL,
  one          uuid   NOT NULL,
  other_origin text   NOT NULL,
  other        uuid   NOT NULL,
  rule         text   NOT NULL,
  score        bigint NOT NULL,
  found_on     text   NOT NULL,
  PRIMARY KEY (id)
);

-- Sealed letters on their way up, in parts so that a line that breaks costs one part, and down. `covers` says which journals
-- a letter brings and up to where, so that what waits is not sent again.
CREATE TABLE xueji.inbox (
  sender  text   NOT NULL,
  file    text   NOT NULL,
  parts   bigint NOT NULL,
  number  bigint NOT NULL,
  covers  text   NOT NULL,
  outcome text,
  PRIMARY KEY (sender, file)
);

CREATE TABLE xueji.inbox_part (
  sender text   NOT NULL,
  file   text   NOT NULL,
  part   bigint NOT NULL,
  bytes  bytea  NOT NULL,
  PRIMARY KEY (sender, file, part)
);

CREATE TABLE xueji.outbox (
  recipient text   NOT NULL,
  number    bigint NOT NULL,
  bytes     bytea  NOT NULL,
  covers    text   NOT NULL,
  PRIMARY KEY (recipient, number)
);
