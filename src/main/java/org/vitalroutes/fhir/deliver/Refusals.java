package org.vitalroutes.fhir.deliver;

/**
 * Tells a few bad resources from a server that refuses everything, such as after its Patient was
 * deleted. Counted over all parts that were made of one transaction.
 */
public final class Refusals {

  /** Fewer than this are bad resources whatever became of the others. */
  static final int FEW = 8;

  private int taken;
  private int refused;

  /** The server took so many. */
  public synchronized void taken(int count) {
    taken += count;
  }

  /** The server refused a single one; tells whether it is not the resources' fault. */
  public synchronized boolean refusedOneTooMany() {
    refused++;
    return refused > FEW && refused > taken;
  }
}
