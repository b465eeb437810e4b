package org.vitalroutes.sync;

import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.provider.ProviderUnavailableException;

/**
 * The next page to fetch for a sync request.
 *
 * @param request what it is for
 * @param begun when the fetch began
 * @param offset what Withings gave for the page; null for the first
 * @param seen business keys of the pages before
 * @param whole whether everything in the pages before could be read
 * @param more whether there is a page to fetch
 */
public record FetchRequest(
    SyncRequest request,
    Instant begun,
    @Nullable Long offset,
    Set<String> seen,
    boolean whole,
    boolean more) {

  public FetchRequest {
    seen = Set.copyOf(seen);
  }

  /** The first page. */
  public static FetchRequest first(SyncRequest request, Instant begun) {
    return new FetchRequest(request, begun, null, Set.of(), true, true);
  }

  /** The page at which another worker goes on. */
  public static FetchRequest resumed(
      SyncRequest request, Instant begun, long offset, Set<String> seen, boolean whole) {
    return new FetchRequest(request, begun, offset, seen, whole, true);
  }

  /**
   * What comes after this page.
   *
   * @param keys business keys of this page
   * @param readable whether everything in this page could be read
   * @param next Withings' offset for the next page; null after the last
   * @throws ProviderUnavailableException when the paging does not advance
   */
  public FetchRequest after(Collection<String> keys, boolean readable, @Nullable Long next) {
    if (next != null && next <= (offset == null ? 0 : offset)) {
      throw new ProviderUnavailableException("Withings' paging does not advance", null);
    }
    Set<String> all = new HashSet<>(seen);
    all.addAll(keys);
    return new FetchRequest(request, begun, next, all, whole && readable, next != null);
  }

  /**
   * The window in which what was not seen has removed; null when that cannot be told, because the
   * answer was partial or something in it could not be read.
   */
  public @Nullable Window tellsRemovedIn() {
    return whole ? request.window() : null;
  }
}
