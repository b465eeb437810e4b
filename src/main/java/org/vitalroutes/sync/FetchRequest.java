package org.vitalroutes.sync;

import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.withings.WithingsUnavailableException;

/**
 * The next page to fetch for a sync request.
 *
 * @param request what it is for
 * @param begun when the fetch began
 * @param offset what Withings gave for the page; null for the first
 * @param seen business keys of the pages before
 * @param more whether there is a page to fetch
 */
public record FetchRequest(
    SyncRequest request, Instant begun, @Nullable Long offset, Set<String> seen, boolean more) {

  public FetchRequest {
    seen = Set.copyOf(seen);
  }

  /** The first page. */
  public static FetchRequest first(SyncRequest request, Instant begun) {
    return new FetchRequest(request, begun, null, Set.of(), true);
  }

  /**
   * What comes after this page.
   *
   * @param keys business keys of this page
   * @param next Withings' offset for the next page; null after the last
   * @throws WithingsUnavailableException when the paging does not advance
   */
  public FetchRequest after(Collection<String> keys, @Nullable Long next) {
    if (next != null && next <= (offset == null ? 0 : offset)) {
      throw new WithingsUnavailableException("Withings' paging does not advance", null);
    }
    Set<String> all = new HashSet<>(seen);
    all.addAll(keys);
    return new FetchRequest(request, begun, next, all, next != null);
  }
}
