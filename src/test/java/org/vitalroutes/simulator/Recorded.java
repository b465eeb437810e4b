package org.vitalroutes.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A measure group as it now stands.
 *
 * @param told how many subscribers are being told
 */
public record Recorded(ObjectNode group, int told) {
  public long grpid() {
    return group.path("grpid").asLong();
  }
}
