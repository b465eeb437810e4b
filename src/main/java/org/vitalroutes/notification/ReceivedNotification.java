package org.vitalroutes.notification;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.vitalroutes.sync.Window;

/**
 * A notification in the inbox.
 *
 * @param id of the row
 * @param receivedAt when it came
 * @param notification what it says
 * @param correlation what the log calls it, and what comes of it
 */
public record ReceivedNotification(
    long id, Instant receivedAt, Notification notification, String correlation) {

  /** The span that it hints at. */
  public Window window() {
    return notification.window(receivedAt);
  }

  /** What was odd about it, with one thing more. */
  public List<String> odditiesAnd(String oddity) {
    List<String> all = new ArrayList<>(notification.oddities());
    all.add(oddity);
    return all;
  }
}
