package org.vitalroutes.sync;

import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.provider.ProviderRefusedException;
import org.vitalroutes.provider.ProviderUnavailableException;

/**
 * The next page to fetch for a sync request.
 *
 * @param request the sync request it serves
 * @param begun when the fetch began
 * @param offset Withings' offset of the page; null for the first page
 * @param seen business keys of the previous pages
 * @param whole whether every row of the previous pages could be read
 * @param more whether there is another page to fetch
 * @param pages number of previous pages
 */
public record FetchRequest(
    SyncRequest request,
    Instant begun,
    @Nullable Long offset,
    Set<String> seen,
    boolean whole,
    boolean more,
    int pages) {

  /**
   * More than any window of any user has; a server that always announces another page would be
   * asked for ever.
   */
  static final int MOST_PAGES = 1000;

  public FetchRequest {
    seen = Set.copyOf(seen);
  }

  /** The first page. */
  public static FetchRequest first(SyncRequest request, Instant begun) {
    return new FetchRequest(request, begun, null, Set.of(), true, true, 0);
  }

  /** The page at which another worker resumes. */
  public static FetchRequest resumed(
      SyncRequest request, Instant begun, long offset, Set<String> seen, boolean whole, int pages) {
    return new FetchRequest(request, begun, offset, seen, whole, true, pages);
  }

  /**
   * The next page.
   *
   * @param keys business keys of this page
   * @param readable whether every row of this page could be read
   * @param next Withings' offset for the next page; null after the last
   * @throws ProviderUnavailableException when the paging does not advance
   * @throws ProviderRefusedException when the pages do not end
   */
  public FetchRequest after(Collection<String> keys, boolean readable, @Nullable Long next) {
    if (next != null && next <= (offset == null ? 0 : offset)) {
      throw new ProviderUnavailableException("Withings' paging does not advance", null);
    }
    if (next != null && pages + 1 >= MOST_PAGES) {
      throw new ProviderRefusedException(0, "Withings' pages do not end");
    }
    Set<String> all = new HashSet<>(seen);
    all.addAll(keys);
    return new FetchRequest(request, begun, next, all, whole && readable, next != null, pages + 1);
  }

  /**
   * The window in which resources that were not seen are removed at Withings; null when the answer
   * is partial or contains an unreadable row.
   */
  public @Nullable Window tellsRemovedIn() {
    return whole ? request.window() : null;
  }
}
