// Docker Compose for the tests, where the machine has none that is new enough.
module parley.test/compose

go 1.22.10

require github.com/docker/compose/v2 v2.32.4
