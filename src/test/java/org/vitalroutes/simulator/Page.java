package org.vitalroutes.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** One page of a result, from the requested offset. */
record Page(List<ObjectNode> rows, long offset, boolean more, boolean only) {

  static Page of(List<ObjectNode> all, Call call, int size) {
    long offset = call.number("offset").orElse(0);
    if (offset < 0) {
      throw RefusedException.invalid("offset");
    }
    int from = (int) Math.min(offset, all.size());
    int to = Math.min(from + size, all.size());
    boolean more = to < all.size();
    return new Page(all.subList(from, to), more ? to : 0, more, from == 0 && !more);
  }
}
