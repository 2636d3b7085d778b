(DEFINE Shouted '(A #\B "C" D))
