package org.vitalroutes.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The current state of a measure group.
 *
 * @param told number of notified subscribers
 */
public record Recorded(ObjectNode group, int told) {
  public long grpid() {
    return group.path("grpid").asLong();
  }
}
