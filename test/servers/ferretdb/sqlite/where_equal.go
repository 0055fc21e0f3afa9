package sqlite

import (
	"fmt"
	"strings"

	"github.com/FerretDB/FerretDB/internal/backends/sqlite/metadata"
	"github.com/FerretDB/FerretDB/internal/handler/sjson"
	"github.com/FerretDB/FerretDB/internal/types"
	"github.com/FerretDB/FerretDB/internal/util/must"
)

// whereEqual makes a WHERE clause of what a filter says of texts: equal to one, or one of several. FerretDB looks at what comes out once
// more, so whatever is left out here costs time only. A field may not hold a list.
func whereEqual(filter *types.Document) (string, []any) {
	conditions, args := equalities(filter)
	if len(conditions) == 0 {
		return "", nil
	}
	return " WHERE " + strings.Join(conditions, " AND "), args
}

func equalities(filter *types.Document) (conditions []string, args []any) {
	for _, field := range filter.Keys() {
		value := must.NotFail(filter.Get(field))
		if field == "$and" {
			for _, part := range documents(value) {
				some, of := equalities(part)
				conditions, args = append(conditions, some...), append(args, of...)
			}
			continue
		}
		wanted := texts(value)
		if len(wanted) == 0 || strings.ContainsAny(field, "$.\"'") {
			continue
		}
		places := strings.Repeat(", ?", len(wanted))[2:]
		conditions = append(conditions, fmt.Sprintf("%s IN (%s)", column(field), places))
		args = append(args, wanted...)
	}
	return conditions, args
}

// column is written as FerretDB's own indexes are, so that they serve.
func column(field string) string {
	return fmt.Sprintf("%s->%q", metadata.DefaultColumn, field)
}

// texts gives what a value of a filter may be equal to, or nothing where it is anything else than texts.
func texts(value any) []any {
	switch value := value.(type) {
	case string, types.ObjectID:
		return []any{string(must.NotFail(sjson.MarshalSingleValue(value)))}
	case *types.Document:
		if value.Len() != 1 || !value.Has("$in") {
			return nil
		}
		list, _ := must.NotFail(value.Get("$in")).(*types.Array)
		var all []any
		for i := 0; list != nil && i < list.Len(); i++ {
			one := texts(must.NotFail(list.Get(i)))
			if one == nil {
				return nil
			}
			all = append(all, one...)
		}
		return all
	}
	return nil
}

func documents(value any) (all []*types.Document) {
	list, _ := value.(*types.Array)
	for i := 0; list != nil && i < list.Len(); i++ {
		if one, is := must.NotFail(list.Get(i)).(*types.Document); is {
			all = append(all, one)
		}
	}
	return all
}
