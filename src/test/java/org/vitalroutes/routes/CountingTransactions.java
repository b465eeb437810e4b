package org.vitalroutes.routes;

import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;

/** Transactions of no database, on one thread: only their ends are counted. */
final class CountingTransactions extends AbstractPlatformTransactionManager {

  private static final long serialVersionUID = 1L;

  private int commits;
  private int rollbacks;
  private boolean open;
  private boolean rollbackOnly;

  int commits() {
    return commits;
  }

  int rollbacks() {
    return rollbacks;
  }

  boolean isOpen() {
    return open;
  }

  void forget() {
    commits = 0;
    rollbacks = 0;
  }

  @Override
  protected Object doGetTransaction() {
    return this;
  }

  @Override
  protected boolean isExistingTransaction(Object transaction) {
    return open;
  }

  @Override
  protected void doBegin(Object transaction, TransactionDefinition definition) {
    open = true;
    rollbackOnly = false;
  }

  @Override
  protected void doCommit(DefaultTransactionStatus status) {
    open = false;
    if (rollbackOnly) {
      rollbacks++;
    } else {
      commits++;
    }
  }

  @Override
  protected void doRollback(DefaultTransactionStatus status) {
    open = false;
    rollbacks++;
  }

  @Override
  protected void doSetRollbackOnly(DefaultTransactionStatus status) {
    rollbackOnly = true;
  }

  @Override
  protected boolean shouldCommitOnGlobalRollbackOnly() {
    return true;
  }
}
